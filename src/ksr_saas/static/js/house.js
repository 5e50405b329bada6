// Makes plain pages smoother. Everything works without this file.

const once = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (once.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter;
  if (form.hasAttribute("data-once") || button?.dataset.busy) {
    once.add(form);
    if (button?.dataset.busy) {
      button.dataset.label = button.textContent;
      button.setAttribute("aria-disabled", "true");
      button.textContent = button.dataset.busy;
    }
  }
});

// Coming back by the browser's history must find a form that can be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("[data-label]")) {
    button.textContent = button.dataset.label;
    button.removeAttribute("aria-disabled");
    if (button.form) once.delete(button.form);
  }
});

document.querySelector("form[data-auto-submit]")?.requestSubmit();
document.querySelector("[data-focus]")?.focus();

// A swap must not lose the keyboard's place: the same control, else its heading.
let lastId = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  lastId = event.detail.elt?.id || document.activeElement?.id || "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (document.activeElement && document.activeElement !== document.body) return;
  const same = lastId && document.getElementById(lastId);
  const place = same || target.querySelector("h2, h1") || target;
  if (!same) place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
});
