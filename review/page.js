"use strict";

// The filters of one list: of the buttons that are pressed, one of each group has to fit, and so has the text.
for (const bar of document.querySelectorAll(".filters")) {
  const items = [...document.getElementById(bar.dataset.list).querySelectorAll("[data-item]")];
  const texts = items.map((each) => each.textContent.toLowerCase());
  const buttons = [...bar.querySelectorAll("button")];
  const search = bar.querySelector("input");
  const status = bar.querySelector("[role=status]");

  const show = () => {
    const wanted = new Map();
    for (const { ariaPressed, dataset } of buttons) {
      if (ariaPressed === "true") wanted.set(dataset.key, [...(wanted.get(dataset.key) ?? []), dataset.value]);
    }
    const text = search.value.trim().toLowerCase();
    let shown = 0;
    items.forEach((item, index) => {
      const fits = [...wanted].every(([key, values]) => values.includes(item.dataset[key])) && texts[index].includes(text);
      item.classList.toggle("filtered", !fits);
      shown += Number(fits);
    });
    status.textContent = `${shown} of ${items.length}`;
    // what is found inside a fold has to be seen
    if (text || wanted.size) for (const item of items) if (!item.matches(".filtered")) item.parentElement.closest("details")?.setAttribute("open", "");
  };

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
      show();
    });
  }
  search.addEventListener("input", show);
  bar.hidden = false;
  show();
}

// On paper nothing can be unfolded: everything is open while it prints.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const each of closed) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of closed) each.open = false;
});
