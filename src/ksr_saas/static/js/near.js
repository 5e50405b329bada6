// Offers the browser's own position, asked for only when the button is pressed. Without this file an
// address can still be typed.

const button = document.querySelector("[data-locate]");
const form = button?.form;

function refused() {
  document.getElementById("polozenie-error").hidden = false;
  button.removeAttribute("aria-disabled");
}

if (button && navigator.geolocation) {
  button.hidden = false;
  addEventListener("pageshow", () => button.removeAttribute("aria-disabled"));
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.szer.value = coords.latitude.toFixed(3);
        form.elements.dl.value = coords.longitude.toFixed(3);
        form.submit();
      },
      refused,
      { maximumAge: 300000, timeout: 15000 },
    );
  });
}
