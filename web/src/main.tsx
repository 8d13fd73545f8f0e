// The viewer of a report: reads the document in the page and shows it.

import { render } from "preact";
import { App } from "./App";
import { onKey } from "./actions";
import type { Document } from "./document";
import { connect } from "./permalink";
import { load } from "./state";
import "./style.css";

function start(): void {
  const data = document.getElementById("trace")?.textContent;
  if (!data) return;
  load(JSON.parse(data) as Document);
  connect();
  const root = document.createElement("div");
  root.id = "app";
  document.body.append(root);
  render(<App />, root);
  addEventListener("keydown", onKey);
}

// The script stands in the head so that the theme is set before anything is painted.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
