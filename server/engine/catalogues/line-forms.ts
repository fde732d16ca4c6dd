/** Every form of lines that there is, entered as the dialects are wired. */
import { invalid } from "../errors.ts";
import type { LineForm } from "./line-form.ts";

export class LineForms {
	readonly #entries = new Map<string, LineForm>();

	enter(form: LineForm): void {
		this.#entries.set(form.name, form);
	}

	get all(): readonly LineForm[] {
		return [...this.#entries.values()];
	}

	/** @throws {EngineError} `invalid_request` when there is none of that name. */
	get(name: string): LineForm {
		const form = this.#entries.get(name);
		if (form !== undefined) return form;
		const allowed = [...this.#entries.keys()].join(", ");
		throw invalid(
			"form",
			`There is no form "${name.slice(0, 100)}".`,
			`one of ${allowed}`,
		);
	}
}
