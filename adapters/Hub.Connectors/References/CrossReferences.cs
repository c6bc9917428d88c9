using System.Collections.Immutable;

namespace Hub.Connectors.References;

/// <summary>
/// What a vendor calls the things that shop and channels have names for: one set for each connector, filled by people
/// (<c>hub xref set CONNECTOR TABLE KEY VALUE</c>). A row that is missing parks the order with a message that says which to add.
/// </summary>
/// <param name="connector">The connector's name in the config, for the message.</param>
/// <param name="table">Gives a table's rows as they are now.</param>
public sealed class CrossReferences(string connector, Func<string, CrossReferenceTable> table)
{
    /// <summary>Articles: our SKU → the vendor's item or listing. Where the table is empty both are called the same.</summary>
    public const string Items = "items";

    /// <summary>Units of measure: <c>piece</c> → the vendor's unit.</summary>
    public const string Units = "units";

    /// <summary>The channel's tax code → the ERP's.</summary>
    public const string Taxes = "taxes";

    /// <summary>The source's location of stock → the channel's.</summary>
    public const string Locations = "locations";

    /// <summary>The channel's ship service → the carrier's.</summary>
    public const string Services = "services";

    /// <summary>The channel's payment method → the ERP's.</summary>
    public const string Payments = "payments";

    /// <summary>The names of all tables.</summary>
    public static ImmutableArray<string> Tables { get; } = [Items, Units, Taxes, Locations, Services, Payments];

    /// <summary>The connector's name in the config.</summary>
    public string Connector => connector;

    /// <summary>None at all: articles are called the same everywhere, everything else is missing.</summary>
    public static CrossReferences None(string connector) => new(connector, _ => CrossReferenceTable.Empty);

    /// <summary>What the vendor calls it.</summary>
    /// <exception cref="MissingReferenceException">There is no row for it; <c>VendorCalls</c> makes a refusal of it that names the row.</exception>
    public string Of(string tableName, string key) => Find(tableName, key) ?? throw new MissingReferenceException(connector, tableName, key);

    /// <summary>What the vendor calls it, or null where there is no row.</summary>
    public string? Find(string tableName, string key)
    {
        var rows = table(tableName);
        return rows.IsEmpty && tableName == Items ? key : rows.Find(key);
    }

    /// <summary>Which of ours the vendor means: none, one, or several (two SKUs that share a listing), in the order of the alphabet.</summary>
    public ImmutableArray<string> KeysOf(string tableName, string value)
    {
        var rows = table(tableName);
        return rows.IsEmpty && tableName == Items ? [value] : rows.KeysOf(value);
    }
}

/// <summary>A row is missing without which the vendor can't be told what is meant.</summary>
public sealed class MissingReferenceException(string connector, string table, string key) : Exception(
    $"{connector} has no row for '{key}' in its table '{table}'. Add the row: hub xref set {connector} {table} {Quoted(key)} VALUE, with what {connector} calls it.")
{
    /// <summary>The row that has to be added.</summary>
    public MissingReference Missing { get; } = new(table, key);

    private static string Quoted(string key) =>
        key.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':') ? key : $"'{key.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>A row that has to be added to a connector's cross references.</summary>
public sealed record MissingReference(string Table, string Key);
