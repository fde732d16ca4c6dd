/** Why a command does nothing, or no more: what happened, and what to do. */

export const EXIT = {
	done: 0,
	/** Some of it failed, or did not come to its end. */
	failed: 1,
	/** It was not asked rightly, or somebody said no. */
	refused: 2,
	interrupted: 130,
} as const;

export class Refusal extends Error {
	readonly hint: string | undefined;
	readonly exitCode: number;

	/** @param hint what to do. */
	constructor(message: string, hint?: string, exitCode: number = EXIT.refused) {
		super(message);
		this.name = "Refusal";
		this.hint = hint;
		this.exitCode = exitCode;
	}
}

/** Somebody wants the command to leave: Ctrl-C, a closed terminal, a killed parent. */
export class Leaving extends Error {
	/** Whether whoever started the command is gone, so that there is nobody to wait for. */
	readonly isAlone: boolean;

	constructor(isAlone = false) {
		super("Interrupted.");
		this.name = "Leaving";
		this.isAlone = isAlone;
	}
}
