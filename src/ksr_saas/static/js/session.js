// Warns three minutes before the session ends. Without this file the footer still says when.

const form = document.getElementById("sesja");
const warning = document.getElementById("koniec-sesji");
const WARN_BEFORE = 180;
let timers = [];

function plan(seconds) {
  timers.forEach(clearTimeout);
  timers = [
    setTimeout(() => warning.showModal(), Math.max(seconds - WARN_BEFORE, 0) * 1000),
    setTimeout(over, seconds * 1000),
  ];
}

function over() {
  if (warning.open) warning.close("over");
  document.getElementById("problem").replaceChildren(document.getElementById("po-sesji").content.cloneNode(true));
}

async function stay() {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
  });
  if (answer.ok) plan((await answer.json()).seconds);
  else over();
}

warning.addEventListener("close", () => {
  if (warning.returnValue !== "over") stay().catch(over);
});
plan(Number(form.dataset.seconds));
