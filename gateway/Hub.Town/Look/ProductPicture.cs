namespace Hub.Town.Look;

/// <summary>Pictures drawn in place of photographs: a shape for what it is, colours that follow from the SKU.</summary>
internal static class ProductPicture
{
    private static readonly string[] Shapes =
    [
        """<path d="M60 90h80v40a30 30 0 0 1-30 30H90a30 30 0 0 1-30-30z"/><path d="M45 92h20v12H45zM135 92h20v12h-20zM58 78h84v8H58zM94 66h12v10H94z"/>""",
        """<path d="M58 70h70v50a35 35 0 0 1-70 0z"/><path d="M128 82a20 20 0 0 1 0 40" fill="none" stroke-width="9"/><path d="M48 160h92v7H48z"/>""",
        """<path d="M75 50h50l22 55H53z"/><path d="M96 105h8v48h-8zM72 153h56v8H72z"/>""",
        """<path d="M46 70q54-22 108 0v66q-54 22-108 0z"/><path d="M46 88q54-22 108 0M46 106q54-22 108 0M46 124q54-22 108 0" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="4"/>""",
        """<path d="M96 40h8v80h-8z"/><path d="M78 118h44v22q0 26-22 32-22-6-22-32zM82 36h36v9H82z"/>""",
        """<path d="M58 96h84l-12 64H70zM52 84h96v14H52z"/><path d="M100 84q-4-34-34-38 2 34 34 38zM100 84q0-44 32-50 4 42-32 50z" fill-opacity=".6"/>""",
        """<path d="M58 42h74a10 10 0 0 1 10 10v96a10 10 0 0 1-10 10H58z"/><path d="M74 66h50M74 82h50M74 98h34" stroke="#fff" stroke-opacity=".7" stroke-width="5"/><path d="M58 42h9v116h-9z" fill-opacity=".5"/>""",
        """<path d="M72 150l46-96 18 9-46 96-22 12z"/><path d="M122 46l8-16 18 9-8 16z" fill-opacity=".6"/>""",
    ];

    public const string Logo =
        """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="#1f5f4a"/><path d="M8 18l3-8h18l3 8zM11 20h18v11H11z" fill="#faf8f3"/><path d="M18 24h5v7h-5z" fill="#b4552d"/></svg>""";

    /// <param name="number">The number in the SKU; it gives the colours.</param>
    /// <param name="kind">What it is: the number of its category among those that hold products, from 0.</param>
    public static string Svg(int number, int kind)
    {
        var hue = number * 47 % 360;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" fill="hsl({hue},32%,91%)"/><ellipse cx="100" cy="170" rx="62" ry="8" fill="hsl({hue},20%,78%)"/><g fill="hsl({(hue + 20) % 360},42%,42%)" stroke="hsl({(hue + 20) % 360},42%,42%)" stroke-width="0">{Shapes[kind % Shapes.Length]}</g></svg>
            """;
    }
}
