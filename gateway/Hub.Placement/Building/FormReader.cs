namespace Hub.Placement.Building;

/// <summary>Ties pages to the routes that their forms post to: a page goes where its form will (SAFETY.md 5).</summary>
internal static class FormReader
{
    public static void Read(Dictionary<string, RouteDraft> drafts, Findings findings)
    {
        var names = new Names("route of a group", "Hub.Groups", drafts.Keys);
        foreach (var page in drafts.Values.Where(draft => draft.Config.Form is not null))
        {
            var path = $"{page.Path}.Form";
            if (!findings.Knows(names, page.Config.Form!, path, out var id))
            {
                continue;
            }

            var target = drafts[id];
            if (Refusal(page, target) is { } refusal)
            {
                findings.Add(path, refusal.What, refusal.Why, refusal.Fix);
                continue;
            }

            page.Form = target;
            target.IsFormTarget = true;
            if (page.Journey is null && target.Journey is not null)
            {
                // The page follows the journey of its form's target without being a step that begins or ends it.
                (page.Journey, page.Step, page.JourneyTimeout) = (target.Journey, JourneyStep.Middle, target.JourneyTimeout);
            }
        }
    }

    private static (string What, string Why, string Fix)? Refusal(RouteDraft page, RouteDraft target)
    {
        if (target == page)
        {
            return ("its form posts to itself", "a page and what its form posts to are placed by different rules",
                "make two routes of it by Match.Methods, one for GET with Form and one for POST");
        }

        if (target.Group != page.Group)
        {
            return ($"the form's target '{target.Id}' belongs to the group '{target.Group}'",
                "page and target go to one side, since a token is of no use on the other, and groups flip apart", "put both into one group");
        }

        if (target.Config.Form is not null)
        {
            return ($"the form's target '{target.Id}' has a Form of its own", "a page goes where its form is sent, and that would be a chain",
                "make two routes of the target by Match.Methods: its page, and what is posted to it");
        }

        if (page.Held is not null && target.Owner is not null)
        {
            return ($"it touches '{page.Held}', held per customer, while its form goes to {target.Owner}, which owns what '{target.Id}' writes",
                "the page would not find the customer's data there", $"let '{target.Id}' hand it over by Through, or make a page of its own for the form");
        }

        if (page.Owner is not null && page.Owner != target.Owner)
        {
            return ($"it writes what {page.Owner} owns, while its form's target '{target.Id}' does not go there for that reason",
                "the page goes where its form goes, and would write on a side that does not own it", "move the writes to a route of their own");
        }

        if (page.Journey is not null && target.Journey is not null && page.Journey != target.Journey)
        {
            return ($"it is a step of '{page.Journey}', its form's target of '{target.Journey}'", "they may be pinned to different sides",
                "make both steps of one journey");
        }

        return null;
    }
}
