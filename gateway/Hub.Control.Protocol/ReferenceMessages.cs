using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>A table of a connector's cross references: <c>GET /api/xref</c>.</summary>
/// <param name="Table"><c>items</c>, <c>units</c>, <c>taxes</c>, <c>locations</c>, <c>services</c> or <c>payments</c>.</param>
/// <param name="Waiting">Parked orders that wait for a row of it.</param>
public sealed record ReferenceTableView(string Connector, string Table, long Rows, long Waiting)
{
    /// <summary>The keys of the rows that they wait for, the first twenty.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];
}

/// <summary>A row of a connector's cross references: <c>GET /api/xref/{connector}</c>.</summary>
/// <param name="Key">What shop or channel call it.</param>
/// <param name="Value">What the vendor calls it.</param>
public sealed record ReferenceView(string Table, string Key, string Value);

/// <summary>Adds a row, or gives it another value; without a value it goes: <c>POST /api/xref/set | remove</c>.</summary>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record ChangeReference(
    string Connector, string Table, string Key, string? Value = null, string? Reason = null, string? By = null);

/// <summary>Takes rows from a CSV, all or none: <c>POST /api/xref/import</c>.</summary>
/// <param name="Csv">With the header <c>table,key,value</c>.</param>
/// <param name="Replace">The connector's rows that it does not hold go.</param>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record ImportReferences(string Connector, string Csv, bool Replace = false, string? Reason = null, string? By = null);

/// <summary>What a change came to.</summary>
/// <param name="Changed">Rows that are new, have another value now, or are gone.</param>
/// <param name="Tables">The connector's tables after it.</param>
public sealed record ReferenceAnswer(int Changed, ImmutableArray<ReferenceTableView> Tables);
