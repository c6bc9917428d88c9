using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class GroupTable
{
    public static TextTable Of(IEnumerable<GroupView> groups, TimeProvider time)
    {
        var table = new TextTable("GROUP", "SHARE", "STATE", "NEW", "ROUTES", "SERVING", "CHANGED", "BY", "REASON");
        foreach (var group in groups)
        {
            table.Add(
                group.Name, Words.Share(group.Share), State(group), group.New, Words.Number(group.Routes.Length),
                Words.Serving(group.Serving), Words.Time(group.ChangedAt, time), group.ChangedBy, group.Reason);
        }

        return table;
    }

    /// <summary>"rolled back", or where the share stands: "legacy", "shared", "new".</summary>
    public static string State(GroupView group) => group switch
    {
        { RolledBack: true } => "rolled back",
        { Share: 0 } => "legacy",
        { Share: 100 } => "new",
        _ => "shared",
    };
}
