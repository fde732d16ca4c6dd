/** What is needed to read a line that asks for a row. */
import type { Principal } from "../../../engine/generations/request.ts";
import type { DialectContext } from "../../dialect.ts";

/** Who asks, and of whom. */
export interface RowHouse {
	readonly context: DialectContext;
	readonly principal: Principal;
	/** Who draws when the line does not say. */
	readonly model: string | undefined;
}
