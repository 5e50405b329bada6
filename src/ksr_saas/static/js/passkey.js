// Shows the forms that take a passkey where the browser can use one. Without this file they stay hidden.

const known = window.PublicKeyCredential;
const able = known?.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON;

async function question(form) {
  const answer = await fetch(form.dataset.question, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function answered(form) {
  const options = await question(form);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(options) });
}

function prepare(form) {
  const button = form.querySelector("button");
  const problem = form.querySelector("[role=alert]");
  form.hidden = false;
  addEventListener("pageshow", () => button.removeAttribute("aria-disabled"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    problem.hidden = true;
    try {
      form.elements.odpowiedz.value = JSON.stringify(await answered(form));
      form.submit();
    } catch {
      problem.hidden = false;
      button.removeAttribute("aria-disabled");
    }
  });
}

if (able) {
  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
  for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = true;
}
