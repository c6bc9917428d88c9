namespace Hub.Migration.Config;

/// <summary>A column that takes more than a name.</summary>
internal sealed class ColumnConfig
{
    /// <summary>The source's column; in a join with attributes, the attribute's id.</summary>
    public string? From { get; init; }

    /// <summary>What the value becomes.</summary>
    /// <value>The default is value: what the types of the two columns say, where nothing can be lost.</value>
    public Conversion As { get; init; }

    /// <summary>What each text or number becomes, written out; one that is not listed is an error.</summary>
    public Dictionary<string, string> Map { get; init; } = [];

    /// <summary>The same for each row; then there is no <see cref="From"/>.</summary>
    public string? Constant { get; init; }

    /// <summary>What stands here where the source has null or nothing.</summary>
    public string? Default { get; init; }

    /// <summary>The part of the source's JSON that is taken: <c>$.color</c>, <c>$['shoe size'][0]</c>. Null where nothing stands there.</summary>
    public string? Json { get; init; }

    /// <summary>Blanks at the end go: the padding of a char(n).</summary>
    /// <value>The default is false.</value>
    public bool Trim { get; init; }

    /// <summary>Decimals of money.</summary>
    /// <value>The default is what the <see cref="Currency"/> has, and 2 without one.</value>
    public int? Scale { get; init; }

    /// <summary>The ISO 4217 code of money: <c>JPY</c> has no decimals, <c>KWD</c> three.</summary>
    public string? Currency { get; init; }

    /// <summary>Legacy counts the currency's smallest unit: 1990 is 19.90.</summary>
    /// <value>The default is false.</value>
    public bool Minor { get; init; }

    /// <summary>The C# that fills it (<see cref="IRowMapping"/>), by the name it was registered with; then there is no <see cref="From"/>.</summary>
    public string? Use { get; init; }

    /// <summary>In a join with <see cref="JoinConfig.Variant"/>, the language whose value it is.</summary>
    public string? Language { get; init; }
}

/// <summary>What a column's value becomes. A value that would lose something by it is an error, null stays null.</summary>
internal enum Conversion
{
    /// <summary>What both columns' types say; where that would lose something or needs a decision, it has to be said.</summary>
    Value,

    /// <summary>The text, or a number's digits.</summary>
    Text,

    /// <summary>A number without fraction, from a text too; of truth 1 and 0.</summary>
    WholeNumber,

    /// <summary>A number with all its digits.</summary>
    Decimal,

    /// <summary>An amount with the decimals that <see cref="ColumnConfig.Scale"/> or its currency says: <c>19.90</c>; one more that is not 0 is an error.</summary>
    Money,

    /// <summary>A binary fraction.</summary>
    Fraction,

    /// <summary>0 and 1, <c>false</c> and <c>true</c>, bits; nothing else.</summary>
    Bool,

    /// <summary>A time without zone, written in the source's <see cref="SourceConfig.TimeZone"/>, as UTC.</summary>
    ZonedTime,

    /// <summary>A time in UTC or with an offset of its own, as UTC.</summary>
    UtcTime,

    /// <summary>A time without zone, as it stands.</summary>
    LocalTime,

    /// <summary>A day; of a time only midnight.</summary>
    Date,

    /// <summary>A time of day.</summary>
    TimeOfDay,

    /// <summary>A span of days and less.</summary>
    Interval,

    /// <summary>JSON, looked at, without white space.</summary>
    Json,

    /// <summary>A UUID, from a text or 16 bytes.</summary>
    Uuid,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>In a join with <see cref="JoinConfig.Variant"/>: JSON of all <see cref="TableConfig.Languages"/>, <c>{"en":"pot","de":"Topf"}</c>.</summary>
    Languages,
}
