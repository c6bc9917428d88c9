using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>Source rows and what the mapping makes of them, nothing written: <c>GET /api/datasets/{name}/preview</c>.</summary>
/// <param name="Problems">What is in the way of the mapping as a whole: then there are no tables.</param>
/// <param name="Warnings">What may stop some rows later.</param>
public sealed record DatasetPreview(
    string Dataset, ImmutableArray<TablePreview> Tables, ImmutableArray<string> Problems, ImmutableArray<string> Warnings);

/// <summary>The first rows of one table.</summary>
/// <param name="From">The source's table; of joined rows the root's.</param>
public sealed record TablePreview(string Target, string Table, string From, ImmutableArray<RowPreview> Rows);

/// <summary>A row of the source and what becomes of it.</summary>
/// <param name="Key">Its key at the source.</param>
/// <param name="Language">Of a table with a row for each language, which it is.</param>
/// <param name="Outcome"><c>mapped</c>; <c>left out</c> by the filter or a join that is required; <c>refused</c>.</param>
/// <param name="Refusal">Why it is refused, with the column's name.</param>
public sealed record RowPreview(string Key, string? Language, string Outcome, string? Refusal, ImmutableArray<ColumnPreview> Columns);

/// <summary>A value beside the one that it becomes.</summary>
/// <param name="Column">The target's column.</param>
/// <param name="From">The source's column; null for a constant and for code. An attribute is <c>table[id]</c>.</param>
/// <param name="Source">The source's value as the feed has it; null for null, and where several rows are looked at.</param>
/// <param name="Value">The target's; null for null, and where the row is not mapped.</param>
public sealed record ColumnPreview(string Column, string? From, string? Source, string? Value);
