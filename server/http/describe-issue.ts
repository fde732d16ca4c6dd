/** Says in plain English what a validator found: which field, what is wrong with it, and what is allowed. */
import type { core } from "zod";

type Issue = core.$ZodIssue;

export interface IssueDescription {
	/** `refImageUrls.2`; `body` for the whole. */
	readonly field: string;
	readonly message: string;
	readonly allowed: string | undefined;
}

export function describeIssue(issue: Issue): IssueDescription {
	const field = issue.path.length === 0 ? "body" : issue.path.join(".");
	const allowed = allowedBy(issue);
	const message =
		allowed === undefined
			? `${field}: ${issue.message}`
			: `${field} must be ${allowed}.`;
	return { field, message, allowed };
}

function allowedBy(issue: Issue): string | undefined {
	switch (issue.code) {
		case "invalid_type":
			return withArticle(issue.expected);
		case "invalid_value":
			return issue.values.length === 1
				? String(issue.values[0])
				: `one of ${issue.values.join(", ")}`;
		case "too_big":
			return amount("at most", issue.origin, Number(issue.maximum));
		case "invalid_union":
			// Of several kinds of object, told apart by one field.
			return "options" in issue && Array.isArray(issue.options)
				? `one of ${issue.options.join(", ")}`
				: undefined;
		case "too_small":
			return amount("at least", issue.origin, Number(issue.minimum));
		default:
			return undefined;
	}
}

function withArticle(expected: string): string {
	if (expected === "int") return "a whole number";
	const name = expected === "record" ? "object" : expected;
	return `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}

function amount(bound: string, origin: string, limit: number): string {
	if (origin === "array") return `a list of ${bound} ${limit}`;
	if (origin === "string") return `text of ${bound} ${limit} characters`;
	return `${bound} ${limit}`;
}
