using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Gateway;

/// <summary>The words that people, the wire and metrics use for sides and reasons (docs/glossary.md).</summary>
internal static class Words
{
    public static string Of(Side side) => side == Side.New ? "new" : "legacy";

    public static Side SideOf(string word) => word.Equals("new", StringComparison.OrdinalIgnoreCase) ? Side.New : Side.Legacy;

    public static string Of(PlacementReason reason) => reason switch
    {
        PlacementReason.Ungrouped => "ungrouped",
        PlacementReason.Share => "share",
        PlacementReason.Cohort => "cohort",
        PlacementReason.Owner => "owner",
        PlacementReason.Claim => "claim",
        PlacementReason.LegacyHolds => "legacy holds",
        PlacementReason.Journey => "journey",
        PlacementReason.Form => "form",
        PlacementReason.Declared => "declared",
        PlacementReason.Evacuated => "evacuated",
        PlacementReason.RolledBack => "rolled back",
        PlacementReason.ReadYourWrites => "read your writes",
        PlacementReason.Fallback => "fallback",
        PlacementReason.CacheKey => "cache key",
        _ => reason.ToString(),
    };

    public static string Of(LimitedBy by) => by switch { LimitedBy.Key => "key", LimitedBy.Route => "route", _ => "client" };

    /// <summary><c>2xx</c>; strings that stand, for metrics.</summary>
    public static string StatusClass(int status) => (status / 100) switch { 1 => "1xx", 2 => "2xx", 3 => "3xx", 4 => "4xx", _ => "5xx" };

    /// <summary>The reason in a sentence.</summary>
    public static string Sentence(PlacementReason reason, Side side, string? group)
    {
        var to = side == Side.New ? "New" : "legacy";
        return reason switch
        {
            PlacementReason.Ungrouped => "The route belongs to no group, so it goes to its own cluster.",
            PlacementReason.Share => $"The customer's bucket and the share of group {group} say {to}.",
            PlacementReason.Cohort => $"The customer belongs to a cohort that group {group} sends to {to}.",
            PlacementReason.Owner => $"The route writes a dataset that {to} owns; writes follow the owner.",
            PlacementReason.Claim => $"{to} holds this customer's data; everything that touches it follows.",
            PlacementReason.LegacyHolds => "Legacy holds data of this customer, or could not be asked, so New is not claimed.",
            PlacementReason.Journey => $"The customer is on a journey that began on {to}.",
            PlacementReason.Form => $"The form's page came from {to}, so its form goes there too.",
            PlacementReason.Declared => $"The request has no customer's key; the route declares {to} for those.",
            PlacementReason.Evacuated => "The customer's data is carried back to legacy after a rollback.",
            PlacementReason.ReadYourWrites => $"The customer wrote on {to} what the route reads, and the other side is not known to have it yet.",
            PlacementReason.Fallback => "New did not answer, and legacy was asked instead; reads only, within the route's budget.",
            PlacementReason.CacheKey => $"A cache in front keeps the answer: the address's bucket, or the side that the cache asked for, says {to}.",
            PlacementReason.RolledBack => $"Group {group} is rolled back: legacy.",
            _ => reason.ToString(),
        };
    }
}
