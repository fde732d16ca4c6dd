/** What is told of a catalogue beside itself: what would become of a table, what it will cost, and where its rows are. */
import type {
	CatalogueRow,
	DrawingChoice,
	Problem,
	Strategy,
} from "./catalogue.ts";
import type { ColumnPreview } from "./table/preview-table.ts";
import type { TableFormat } from "./table/table.ts";

/** What it would cost to bring all rows that are neither drawn nor invalid to their end. */
export interface CatalogueEstimate {
	readonly rows: number;
	/** By each strategy that can be gone, as if all rows were brought to their end by it. */
	readonly strategies: readonly StrategyEstimate[];
	/** Credits that the team has. */
	readonly balance: number;
}

export interface StrategyEstimate {
	readonly strategy: Strategy;
	readonly credits: number;
	/** What vendors would ask; `null` when nobody knows. An estimate, no invoice. */
	readonly dollars: number | null;
	/** How long it takes, judged by what was drawn of late; a vendor's batch takes as long as the vendor likes. */
	readonly expectedMs: number | null;
	/** The most that a vendor takes, where it promises as much. */
	readonly atMostMs: number | null;
}

export const VENDOR_BATCH_STATUSES = [
	/** Rows are put in still. */
	"gathering",
	"submitting",
	/** With the vendor. */
	"submitted",
	/** Over there; its results are brought in. */
	"collecting",
	"ended",
] as const;

/** A batch of a provider's own in which rows of a catalogue are or were. */
export interface VendorBatch {
	readonly id: string;
	readonly provider: string;
	/** As its vendor calls it. */
	readonly model: string;
	readonly kind: "image" | "chat";
	readonly status: (typeof VENDOR_BATCH_STATUSES)[number];
	/** How it ended at the vendor's; `null` until it has. `lost` when the vendor knows nothing of it. */
	readonly outcome:
		| "succeeded"
		| "failed"
		| "canceled"
		| "expired"
		| "lost"
		| null;
	/** By which its vendor knows it; `null` until it is submitted. */
	readonly vendorId: string | null;
	readonly rows: number;
	/** As far as the vendor says. */
	readonly rowsDone: number | null;
	readonly createdAt: number;
	readonly submittedAt: number | null;
	readonly endedAt: number | null;
}

/** A table and what would be drawn for it, with nothing kept. */
export interface CataloguePreview {
	readonly choice: DrawingChoice;
	readonly format: TableFormat;
	readonly columns: readonly ColumnPreview[];
	readonly rowCount: number;
	readonly problemCount: number;
	readonly problems: readonly Problem[];
	/** The first rows, with their prompts. */
	readonly rows: readonly PreviewedRow[];
	/** Of all its rows; requests, which say themselves how they are to be drawn, are priced for drawing at once only. `null` when no row can be drawn. */
	readonly estimate: CatalogueEstimate | null;
	/** What each row costs when it is drawn at once; `null` where that is not the same for all. */
	readonly creditsPerRow: number | null;
}

export interface PreviewedRow
	extends Pick<
		CatalogueRow,
		"line" | "key" | "fields" | "prompt" | "photos" | "inlinePhotos"
	> {
	/** What a description is asked with. */
	readonly descriptionPrompt: string;
	/** Why it could not be drawn; `null` when it could. */
	readonly problem: string | null;
}
