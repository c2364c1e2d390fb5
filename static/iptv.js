// What a browser adds to the pages of Flask-IPTV; without it everything still works.

import { prepare as copying } from "./copy.js";
import { prepare as sending } from "./forms.js";
import { prepare as logos } from "./logos.js";
import { prepare as ticks } from "./ticks.js";
import { prepare as timeFields, sending as timesSent } from "./timefields.js";
import { prepare as times } from "./times.js";

const root = document.querySelector(".iptv");
root.classList.add("iptv-has-script");

// What a page loads later, such as the rows that a search has found, is prepared as well.
function prepare(region) {
  copying(region);
  logos(region);
  ticks(region);
  times(region);
  timeFields(region);
}

root.addEventListener("iptv:renewed", (event) => prepare(event.target));
prepare(root);
sending(root);
timesSent(root);
