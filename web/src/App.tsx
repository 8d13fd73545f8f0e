import { Compare } from "./parts/Compare";
import { Header } from "./parts/Header";
import { Help } from "./parts/Help";
import { Output } from "./parts/Output";
import { Resources } from "./parts/Resources";
import { Source } from "./parts/Source";
import { Story } from "./parts/Story";
import { RunQueue, Threads } from "./parts/Threads";
import { Timeline } from "./parts/Timeline";
import { Values } from "./parts/Values";
import { plainReport } from "./actions";
import { isComparing, trace } from "./state";

export function App() {
  return (
    <>
      <Header />
      <main id="work" class={`${isComparing.value ? "comparing" : ""} ${trace.value.tasks.length > 6 ? "many" : ""}`}>
        <Source />
        {isComparing.value ? <Compare /> : <Story />}
        <div class="states">
          <Values />
          <Resources />
          <Threads />
          <RunQueue />
          <Output />
        </div>
        <Timeline />
      </main>
      <Help />
      <pre class="on-paper">{plainReport()}</pre>
    </>
  );
}
