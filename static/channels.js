// Switching and moving channels without a page load; forms and buttons do the same without this.

import { flip } from "./switches.js";

const list = () => document.getElementById("iptv-channels");
const page = list()?.closest(".iptv-page");

function tell(words, isBad = false) {
  const said = list().querySelector(".iptv-channels-said");
  said.textContent = words;
  said.classList.toggle("iptv-failed", isBad);
}

function failed() {
  tell(list().dataset.iptvFailed, true);
}

async function change(form) {
  const row = form.closest("tr");
  const dim = () => row.classList.toggle("iptv-off", form.elements.enabled.value === "1");
  try {
    const sent = flip(form);
    dim();
    await sent;
    tell("");
  } catch {
    dim();
    failed();
  }
}

// Send a form and take the list out of the page that answers.
async function place(address, sent) {
  const focused = document.activeElement?.id;
  try {
    const answer = await fetch(address, { method: "POST", body: sent });
    const answered = new DOMParser().parseFromString(await answer.text(), "text/html");
    const renewed = answered.getElementById("iptv-channels");
    if (!renewed) throw new Error(answer.status);
    list().replaceChildren(...renewed.childNodes);
    list().dispatchEvent(new CustomEvent("iptv:renewed", { bubbles: true }));
    const notice = answered.querySelector(".iptv-notice[role=status] span");
    if (notice) tell(notice.textContent);
    const complaint = answered.querySelector(".iptv-notice[role=alert] span");
    if (complaint) tell(complaint.textContent, true);
    focus(focused);
  } catch {
    failed();
  }
}

// At an end of the list there is only the button that leads back.
function focus(id) {
  const other = id?.replace(/^(up|down)/, (way) => (way === "up" ? "down" : "up"));
  const wrong = list().querySelector("[aria-invalid]");
  (wrong ?? document.getElementById(id) ?? document.getElementById(other))?.focus();
}

// The form that is on its way.
let moving = null;

page?.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.querySelector("[role=switch]")) {
    event.preventDefault();
    change(form);
  } else if (form.id === "iptv-move" || form.closest(".iptv-place")) {
    event.preventDefault();
    // Enter in a number is a change and a submit.
    if (form === moving) return;
    const sent = new FormData(form);
    const button = event.submitter;
    if (button?.name) sent.set(button.name, button.value);
    moving = form;
    place(button?.formAction || form.action, sent).finally(() => (moving = null));
  }
});

page?.addEventListener("change", ({ target }) => {
  if (target.closest(".iptv-place") && target.name === "number") target.form.requestSubmit();
});

// A row is dragged by its grip or logo; the buttons beside its number do the same from the keyboard.
page?.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest(".iptv-channels :is(.iptv-grip, .iptv-logo)");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const row = grip.closest("tr");
  const before = row.nextElementSibling;
  const start = row.rowIndex;
  row.classList.add("iptv-dragged");
  grip.setPointerCapture(event.pointerId);
  const move = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest("tbody tr");
    if (!over || over === row || over.parentNode !== row.parentNode) return;
    if (over.rowIndex > row.rowIndex) over.after(row);
    else over.before(row);
    grip.setPointerCapture(event.pointerId);
  };
  const stop = (ended) => {
    grip.removeEventListener("pointermove", move);
    row.classList.remove("iptv-dragged");
    const moved = row.rowIndex - start;
    if (ended.type === "pointercancel") row.parentNode.insertBefore(row, before);
    else if (moved) drop(row, moved > 0 ? "after" : "before");
  };
  grip.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) {
    grip.addEventListener(end, stop, { once: true });
  }
});

function drop(row, side) {
  const neighbour = side === "after" ? row.previousElementSibling : row.nextElementSibling;
  const sent = new FormData(document.getElementById("iptv-move"));
  sent.set(side, neighbour.id.replace("channel-", ""));
  const form = row.querySelector(".iptv-place form");
  place(form.action, sent);
}
