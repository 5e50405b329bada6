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

// A file that the service would refuse is refused before it travels.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.dataset?.largest) return;
  const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.largest));
  const note = document.getElementById(`${input.id}-error`);
  note.hidden = !tooLarge;
  if (tooLarge) {
    note.textContent = note.dataset.tooLarge;
    input.value = "";
  }
  input.setAttribute("aria-invalid", String(tooLarge));
});

document.querySelector("form[data-auto-submit]")?.requestSubmit();
document.querySelector("[data-focus]")?.focus();

// A swap must not lose the keyboard's place: the same control, else its heading. Where the focus was
// elsewhere (a page that refreshes itself) it stays there.
let lastId = "";
let focusWasInside = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  focusWasInside = event.detail.target.contains(document.activeElement);
  lastId = document.activeElement?.id || event.detail.requestConfig?.elt?.id || "";
});
document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (!focusWasInside || (document.activeElement && document.activeElement !== document.body)) return;
  const same = lastId && document.getElementById(lastId);
  const place = same || target.querySelector("h2, h1") || target;
  if (!same) place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
});
