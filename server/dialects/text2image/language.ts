/** Chooses between this dialect's two languages: German, which its contract is written in, and English for callers who prefer it. */

export type Language = "de" | "en";
export type Text = Readonly<Record<Language, string>>;

/** German unless the Accept-Language header (RFC 9110, section 12.5.4) ranks English above it (S4, reading h). */
export function languageOf(acceptLanguage: string | undefined): Language {
	if (acceptLanguage === undefined) return "de";
	const ranges = acceptLanguage.split(",").map((part) => {
		const [range = "", ...parameters] = part.split(";");
		const quality = parameters
			.map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/i.exec(parameter)?.[1])
			.find((text) => text !== undefined);
		return {
			language: range.trim().toLowerCase().split("-")[0],
			quality: Number(quality ?? 1) || 0,
		};
	});
	const rank = (language: string): number =>
		Math.max(
			0,
			...ranges
				.filter((range) => range.language === language)
				.map(({ quality }) => quality),
		);
	return rank("en") > rank("de") ? "en" : "de";
}
