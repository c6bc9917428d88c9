namespace Hub.Placement.Tests.Reference;

/// <summary>All of a table as a text, to see whether it was ever edited.</summary>
internal static class Snapshot
{
    public static string Of(PlacementTable table) => string.Join('\n',
        table.Groups.Values.OrderBy(group => group.Name, StringComparer.Ordinal).Select(Properties)
            .Concat(table.Routes.Values.OrderBy(route => route.Id, StringComparer.Ordinal).Select(Properties))
            .Append($"{table.Revision} {string.Join(' ', table.Cohorts)}"));

    private static string Properties(object of) => string.Join(' ', of.GetType().GetProperties().Select(property => property.GetValue(of) switch
    {
        RoutePlacement route => route.Id,
        GroupPlacement group => group.Name,
        var value => $"{value}",
    }));
}
