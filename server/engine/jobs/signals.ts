/** Why work on a generation is stopped: the reasons that its AbortSignal carries. */

/** The caller canceled it. */
export class CanceledSignal extends Error {
	override readonly name = "CanceledSignal";
}

/** This process is stopping; somebody else will go on. */
export class StoppingSignal extends Error {
	override readonly name = "StoppingSignal";
}

/** Somebody else holds it by now. */
export class LostSignal extends Error {
	override readonly name = "LostSignal";
}
