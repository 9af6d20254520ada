"use strict";
// The language of the whole page: texts in elements of both languages are switched by the style sheet, the rest is relabelled here.
const root = document.documentElement;
const language = () => (root.lang === "en" ? "en" : "zh");
function speak(to) {
  root.lang = to === "en" ? "en" : "zh-CN";
  for (const one of document.querySelectorAll("[data-zh]")) one.textContent = one.dataset[to];
}
document.getElementById("language").hidden = false;
document.getElementById("language").addEventListener("click", () => {
  speak(language() === "zh" ? "en" : "zh");
  document.dispatchEvent(new Event("language"));
});
