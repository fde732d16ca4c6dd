/** `npm run bench`: all measurements, printed as ratios. The absolute times beside them say nothing about another machine. */
import { measureGenerate } from "./generate.ts";
import { measureLargeAnswers } from "./large-answers.ts";
import { measureLifting } from "./lifting.ts";
import { measureStore } from "./store.ts";
import { measureTables } from "./tables.ts";

for (const measure of [
	measureStore,
	measureGenerate,
	measureLargeAnswers,
	measureLifting,
	measureTables,
]) {
	for (const { what, value, details } of await measure())
		console.log(`${value.padStart(7)}  ${what}\n         ${details}`);
}
