/** Translates batches between the team API's words and the engine's. */
import type {
	Catalogue,
	CatalogueRow,
	DrawingChoice,
	Strategy,
} from "../../engine/catalogues/catalogue.ts";
import type {
	CatalogueEstimate,
	CataloguePreview,
	VendorBatch,
} from "../../engine/catalogues/catalogue-reports.ts";
import type {
	AskedChoice,
	NewSettings,
} from "../../engine/catalogues/new-catalogue.ts";
import { invalid } from "../../engine/errors.ts";
import type { Image } from "../../engine/generations/request.ts";
import type { BatchFields, DrawingFields } from "./batch-schema.ts";
import { generatedImageBody, type ImageUrls } from "./translate.ts";

/** @throws {EngineError} naming a field that would have no effect. */
export function choiceOf(fields: BatchFields): AskedChoice {
	const { kind, prompt, negativePrompt, keyColumn, presetId, fileName } =
		fields;
	if (presetId !== undefined) {
		refuse(fields, ["kind", "negativePrompt", "photoColumns"], "a preset");
		const { variables = {}, fileColumns: files } = fields;
		return {
			kind: "preset",
			presetId,
			variables,
			files,
			prompt,
			keyColumn,
			fileName,
		};
	}
	refuse(fields, ["variables", "fileColumns"], "a batch without presetId");
	if (kind !== undefined) {
		refuse(
			fields,
			["keyColumn", "photoColumns"],
			"a kind, which knows its own",
		);
		return { kind: "builtIn", name: kind, prompt, negativePrompt, fileName };
	}
	if (prompt !== undefined) {
		const { photoColumns } = fields;
		return {
			kind: "template",
			template: prompt,
			negativePrompt,
			keyColumn,
			photoColumns,
			fileName,
		};
	}
	refuse(
		fields,
		["keyColumn", "photoColumns"],
		"a batch that says neither kind nor prompt nor presetId",
	);
	return { kind: "usual", negativePrompt, fileName };
}

function refuse(
	fields: BatchFields,
	names: readonly (keyof DrawingFields)[],
	what: string,
): void {
	const idle = names.find((name) => fields[name] !== undefined);
	if (idle !== undefined)
		throw invalid(idle, `${idle} is not for ${what}.`, `no ${idle}`);
}

export function settingsOf(fields: BatchFields): NewSettings {
	return {
		model: fields.modelVersion,
		describingModel: fields.describingModelVersion,
		count: fields.sampleCount,
		aspectRatio: fields.aspectRatio,
		resolution: fields.resolution,
		size: fields.size,
		maxPhotos: fields.maxPhotos,
		onMissingPhoto: fields.onMissingPhoto,
		isAutomatic: fields.auto,
		rowsAtOnce: fields.rowsAtOnce,
	};
}

function choiceBody(choice: DrawingChoice) {
	const { fileName } = choice;
	switch (choice.kind) {
		case "builtIn": {
			const { name, prompt, negativePrompt } = choice;
			return { kind: name, prompt, negativePrompt, fileName };
		}
		case "template": {
			const { template, negativePrompt, keyColumn, photoColumns } = choice;
			return {
				prompt: template,
				negativePrompt,
				keyColumn,
				photoColumns,
				fileName,
			};
		}
		case "preset": {
			const { presetId, variables, files, prompt, keyColumn } = choice;
			return {
				presetId,
				variables,
				fileColumns: files,
				prompt,
				keyColumn,
				fileName,
			};
		}
		case "requests": {
			const { form, negativePrompt } = choice;
			return { form, negativePrompt, fileName };
		}
	}
}

function formatBody(format: Catalogue["format"]) {
	if (format.kind === "json") return { type: format.kind };
	const { encoding, delimiter } = format;
	return { type: format.kind, encoding, delimiter };
}

export function batchBody({
	id,
	name,
	status,
	choice,
	strategy,
	settings,
	columns,
	format,
	counts,
	problems,
	problemCount,
	pace,
	pausedFor,
	createdAt,
}: Catalogue) {
	return {
		id,
		name,
		status,
		...choiceBody(choice),
		strategy,
		modelVersion: settings.model ?? null,
		describingModelVersion: settings.describingModel ?? null,
		sampleCount: settings.count ?? null,
		aspectRatio: settings.aspectRatio ?? null,
		resolution: settings.resolution ?? null,
		size: sizeText(settings.size),
		maxPhotos: settings.maxPhotos,
		onMissingPhoto: settings.onMissingPhoto,
		auto: settings.isAutomatic,
		rowsAtOnce: settings.rowsAtOnce ?? null,
		columns,
		format: formatBody(format),
		counts,
		problems,
		problemCount,
		pausedFor,
		rowsPerMinute: pace && Math.round(pace.rowsPerMinute * 10) / 10,
		remainingSeconds: pace && Math.ceil(pace.remainingMs / 1000),
		createdAt: new Date(createdAt).toISOString(),
	};
}

function sizeText(size: Catalogue["settings"]["size"]): string | null {
	return size === undefined ? null : `${size.width}x${size.height}`;
}

export function estimateBody({ rows, strategies, balance }: CatalogueEstimate) {
	return {
		rows,
		strategies: strategies.map(({ expectedMs, atMostMs, ...each }) => ({
			...each,
			expectedSeconds: expectedMs && Math.ceil(expectedMs / 1000),
			atMostSeconds: atMostMs && Math.ceil(atMostMs / 1000),
			isAffordable: each.credits <= balance,
		})),
		balance,
	};
}

export function vendorBatchBody({
	createdAt,
	submittedAt,
	endedAt,
	...batch
}: VendorBatch) {
	const iso = (at: number | null) =>
		at === null ? null : new Date(at).toISOString();
	return {
		...batch,
		createdAt: new Date(createdAt).toISOString(),
		submittedAt: iso(submittedAt),
		endedAt: iso(endedAt),
	};
}

export function previewBody(preview: CataloguePreview, strategy: Strategy) {
	const names = preview.columns.map(({ name }) => name);
	const { creditsPerRow } = preview;
	const estimate = preview.estimate && estimateBody(preview.estimate);
	const chosen =
		estimate?.strategies.find((each) => each.strategy === strategy) ??
		estimate?.strategies[0];
	return {
		dryRun: true as const,
		...choiceBody(preview.choice),
		format: formatBody(preview.format),
		columns: preview.columns,
		rowCount: preview.rowCount,
		problems: preview.problems,
		problemCount: preview.problemCount,
		rows: preview.rows.map(({ fields, ...row }) => ({
			...row,
			values: valuesOf(names, fields),
		})),
		estimate: estimate && {
			...estimate,
			creditsPerRow,
			credits: chosen?.credits ?? 0,
			isAffordable: chosen?.isAffordable ?? true,
		},
	};
}

/** @param urlsOf where an image can be seen. */
export function rowBody(
	columns: readonly string[],
	{
		fields,
		position: _place,
		wishes: _inValues,
		describedBy: _known,
		generation,
		costDollars,
		...row
	}: CatalogueRow,
	urlsOf: (image: Image) => ImageUrls,
) {
	return {
		...row,
		values: valuesOf(columns, fields),
		jobId: generation?.id ?? null,
		images: (generation?.images ?? []).map((image) => {
			const urls = urlsOf(image);
			return { url: urls.url, ...generatedImageBody(image, urls) };
		}),
		dollars: costDollars,
	};
}

function valuesOf(
	columns: readonly string[],
	fields: readonly string[],
): Record<string, string> {
	return Object.fromEntries(
		columns.map((name, index) => [name, fields[index] ?? ""]),
	);
}
