// Copying a reminder: by the clipboard, else by the older command, else it is marked and the user is told which keys to press.
(() => {
  const words = (which) => [...document.querySelector(`#words .${which}`).childNodes].map((node) => node.cloneNode(true));
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  const old = (element) => { select(element); return document.execCommand("copy"); };
  async function copy(element) {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch { // no clipboard here, or no leave to use it
      return old(element);
    }
  }
  for (const reminder of document.querySelectorAll(".reminder")) {
    const button = reminder.querySelector(".copy");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = reminder.querySelector(`.paste.${language()}`);
      const done = await copy(text);
      if (!done) select(text);
      for (const other of document.querySelectorAll(".copied")) other.replaceChildren();
      reminder.querySelector(".copied").replaceChildren(...words(done ? "done" : "by-hand"));
    });
  }
  document.getElementById("print").addEventListener("click", () => print());
  document.getElementById("controls").hidden = false;
})();
