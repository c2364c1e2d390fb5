// Switching a user in the list without a page load; the form of the switch does the same.

import { flip } from "./switches.js";

const list = () => document.getElementById("iptv-users");

list()?.addEventListener("submit", async (event) => {
  const form = event.target;
  const row = form.querySelector("[role=switch]") && form.closest("tr");
  if (!row) return;
  event.preventDefault();
  const said = list().querySelector(".iptv-users-said");
  try {
    const done = await flip(form);
    row.querySelector("[data-iptv-state]").innerHTML = done.state;
    said.innerHTML = done.said;
    said.classList.remove("iptv-failed");
  } catch {
    said.textContent = said.dataset.iptvFailed;
    said.classList.add("iptv-failed");
  }
});
