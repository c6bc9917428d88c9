namespace Hub.Town.Legacy.Store;

/// <summary>The words that the shop's first stock is named with: 4 × 2 categories of 6 × 5 products.</summary>
internal static class SeedWords
{
    public static readonly (string Top, (string Leaf, string[] Nouns)[] Leaves)[] Categories =
    [
        ("Kitchen", [("Cookware", ["Pot", "Pan", "Casserole", "Kettle", "Stockpot"]), ("Tableware", ["Mug", "Cup", "Bowl", "Plate", "Jug"])]),
        ("Living", [("Lamps", ["Table lamp", "Floor lamp", "Reading lamp", "Lantern", "Pendant"]), ("Textiles", ["Blanket", "Cushion", "Rug", "Curtain", "Throw"])]),
        ("Garden", [("Tools", ["Spade", "Trowel", "Rake", "Hoe", "Fork"]), ("Planters", ["Pot planter", "Trough", "Window box", "Herb bed", "Hanging basket"])]),
        ("Desk", [("Paper", ["Notebook", "Diary", "Sketchbook", "Ledger", "Album"]), ("Pens", ["Pencil", "Fountain pen", "Marker", "Brush pen", "Ballpoint"])]),
    ];

    public static readonly string[] Adjectives = ["Plain", "Sturdy", "Little", "Old-style", "Evening", "Harbour"];

    public static readonly string[] Materials = ["oak", "steel", "linen", "clay", "brass", "wool", "beech", "glass"];

    public static readonly string[] Makers = ["Berg & Daughter", "The Lower Mill", "Tinsmith Ott", "Workshop 9", "Köhler", "Nordhof"];

    public static readonly string[] Praise =
    [
        "It will outlive its first owner.", "Nothing on it is there for show.", "Made in small numbers, and never in a hurry.",
        "The one that people come back for.", "Repaired for free, as long as we are around.",
    ];

    public static readonly (string Slug, string Title, string Body)[] Topics =
    [
        ("about-us", "About us", "A shop on the market square, since longer than anyone remembers."),
        ("shipping", "Shipping", "We ship to Germany, Austria and Switzerland, within two working days, for nothing."),
        ("returns", "Returns", "Thirty days, no questions, at our cost."),
        ("privacy", "Privacy", "We keep what we need to send you your parcel, and nothing else."),
        ("imprint", "Imprint", "Town Shop, Market Square 1, 12345 Town."),
    ];

    public static readonly string[] FirstNames = ["Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Käthe", "Leo"];

    public static readonly string[] LastNames = ["Berg", "Fischer", "Hansen", "Keller", "Lange", "Möller", "Neumann", "O'Hara", "Peters", "Sommer"];
}
