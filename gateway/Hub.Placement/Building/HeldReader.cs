namespace Hub.Placement.Building;

/// <summary>
/// Finds for each group the dataset that it holds per customer. All routes of the group follow its claims, so that a
/// customer's cart, checkout and call-backs never stand on two sides (SAFETY.md 4 and 7).
/// </summary>
internal static class HeldReader
{
    /// <returns>The dataset by the group's name.</returns>
    public static Dictionary<string, string> Read(IEnumerable<RouteDraft> drafts, Findings findings)
    {
        var groups = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var datasets = new Dictionary<string, RouteDraft>(StringComparer.OrdinalIgnoreCase);
        foreach (var draft in drafts)
        {
            foreach (var dataset in draft.Ends.Prepend(draft.Held).OfType<string>().Distinct())
            {
                var first = datasets.GetValueOrDefault(dataset) ?? draft;
                datasets.TryAdd(dataset, draft);
                if (first.Group != draft.Group)
                {
                    findings.Add(draft.Path, $"'{dataset}', held per customer, is touched here and by '{first.Id}' of the group '{first.Group}'",
                        "groups flip apart from each other, and cart, checkout and call-backs never stand on two sides (SAFETY.md 4)",
                        $"move the route to '{first.Group}'; where it only shows a summary, name the dataset in Shows");
                }
                else if (!groups.TryAdd(draft.Group, dataset) && groups[draft.Group] != dataset)
                {
                    findings.Add(draft.Path, $"the group '{draft.Group}' holds '{groups[draft.Group]}' and '{dataset}' per customer",
                        "a customer's part of each may be on another side, and a group flips as one (SAFETY.md 4)",
                        $"make a group of its own for the routes that touch '{dataset}'");
                }
            }
        }

        return groups;
    }
}
