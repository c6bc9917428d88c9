using Hub.Placement;

namespace Hub.Control.Documents;

/// <summary>The sides as they are written on every wire.</summary>
internal static class Sides
{
    public static string Word(Side side) => side == Side.New ? "new" : "legacy";

    public static bool TryParse(string? word, out Side side)
    {
        side = word == "new" ? Side.New : Side.Legacy;
        return word is "new" or "legacy";
    }
}
