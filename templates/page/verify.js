// Search, filters, unfolding and print. Everything is in the page already; this only hides what is not asked for.
(() => {
  const get = (id) => document.getElementById(id);
  const [search, body, state, grade] = ["search", "body", "state", "grade"].map(get);
  const details = [...document.querySelectorAll("details")];
  const cards = [...document.querySelectorAll(".return")].map((card) => ({
    card,
    head: card.querySelector("summary, .line"),
    findings: [...card.querySelectorAll(".finding")],
  }));
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const hide = (element, hidden) => { if (element.hidden !== hidden) element.hidden = hidden; };

  let texts = new Map(); // what is to be read of an element in the present language
  const textOf = (element) => {
    if (!texts.has(element)) {
      const copy = element.cloneNode(true);
      for (const other of copy.querySelectorAll(language() === "zh" ? ".en" : ".zh")) other.remove();
      texts.set(element, fold(copy.textContent));
    }
    return texts.get(element);
  };

  function filter() {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    let returns = 0, findings = 0;
    for (const { card, head, findings: all } of cards) {
      const left = words.length ? words.filter((word) => !textOf(head).includes(word)) : [];
      const matching = all.filter((one) => (!grade.value || one.dataset.grade === grade.value) && left.every((word) => textOf(one).includes(word)));
      const asked = (!body.value || card.dataset.body === body.value) && (!state.value || card.dataset.state === state.value);
      const shown = asked && (matching.length > 0 || (!left.length && !grade.value));
      hide(card, !shown);
      if (!shown) continue;
      const kept = new Set(matching);
      for (const one of all) hide(one, !kept.has(one));
      returns += 1;
      findings += matching.length;
    }
    get("returns").textContent = returns;
    get("findings").textContent = findings;
    hide(get("none"), returns > 0);
  }

  let waiting = 0; // one pass for keys that come faster than the page is drawn
  const soon = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(filter); };
  const unfold = (open) => { for (const one of details) one.open = open; };

  search.addEventListener("input", soon);
  for (const one of [body, state, grade]) one.addEventListener("change", soon);
  get("controls").addEventListener("submit", (event) => event.preventDefault());
  get("controls").addEventListener("reset", soon);
  get("expand").addEventListener("click", () => unfold(true));
  get("collapse").addEventListener("click", () => unfold(false));
  get("print").addEventListener("click", () => print());
  document.addEventListener("language", () => { texts = new Map(); filter(); });

  let folded = [];
  addEventListener("beforeprint", () => { folded = details.filter((one) => !one.open); unfold(true); });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
  for (const one of details) one.open = [...one.querySelectorAll(".finding")].some(({ dataset }) => dataset.grade !== "note"); // mere notes wait folded
  get("controls").hidden = false;
  filter(); // a browser that comes back to the page keeps what was typed
})();
