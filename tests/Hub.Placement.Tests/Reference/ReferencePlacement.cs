using Hub.Placement.Config;

namespace Hub.Placement.Tests.Reference;

/// <summary>
/// Where the words of SAFETY.md send a request, worked out anew each time from all that ever happened. It has no pins, no
/// claims and no table, only the history; slow, and written without a look at the code that it judges.
/// </summary>
internal sealed class ReferencePlacement(HubConfig shop, IReadOnlyList<Event> history)
{
    private const long TwoHours = 7_200;

    /// <summary>The side, or null where the request is not forwarded but sent back to its form's page (rule 5).</summary>
    public Side? Place(Question question)
    {
        var side = SideOf(question);
        var page = question.Unsafe && question.Key is not null ? LastPage(question) : null;
        return page is not null && page.Side != side ? null : side;
    }

    private Side SideOf(Question question)
    {
        // Rule 5: a page with a form goes where its target goes; what the form posts is a write.
        var asked = Find(question.Route).Route;
        var (groupName, group, route) = Find(asked.Form ?? question.Route);
        var writes = asked.Form is not null || (question.Unsafe ? !asked.PostReads : asked.GetWrites);

        // Rule 5: writes follow the owner. Rule 1: so does an unknown business key.
        var owned = route.Writes.Where(name => !IsHeld(name)).ToList();
        if (owned.Count > 0 && (writes || question.UnknownNumber))
        {
            return Owner(owned[0], question.Revision);
        }

        var rolledBack = Flips(groupName, question.Revision).LastOrDefault() is RolledBack;
        if (question.Key is not { } key || question.UnknownNumber)
        {
            // Rules 1 and 13.
            return rolledBack ? Side.Legacy : asked.Declared;
        }

        var holdsCarts = group.Routes.Values.Any(other => other.Reads.Concat(other.Writes).Concat(other.Ends).Any(IsHeld));
        if (holdsCarts && Claim(key) is { } claim)
        {
            // Rule 13: a claim of New stays, unless it is evacuated.
            var told = history.OfType<RolledBack>().Any(rollback => rollback.Evacuate && rollback.Group == groupName
                && rollback.Revision <= question.Revision && rollback.Revision > claim.Revision);
            var unwell = rolledBack && !question.NewHealthy && group.EvacuateWhenUnhealthy;
            return claim.Side == Side.New && (told || unwell) ? Side.Legacy : claim.Side;
        }

        var wanted = rolledBack ? Side.Legacy : Wanted(question, key, groupName, group);

        // Rule 7: New is begun with only where the bridge says that legacy holds nothing.
        return holdsCarts && question.Bridge != Holdings.Nothing ? Side.Legacy : wanted;
    }

    private Side Wanted(Question question, CustomerKey key, string groupName, GroupConfig group)
    {
        // Rule 5: page and post are a journey of two steps. Rule 3: a rollback voids older pins.
        if (LastPage(question) is { } page && !IsOver(page, groupName, TwoHours, question.Revision, question.Now))
        {
            return page.Side;
        }

        var form = group.Routes[question.Route].Form;
        var journey = Journey(group, question.Route) ?? (form is null ? null : Journey(group, form));
        if (journey is not null && JourneyBegunAt(journey, groupName, question) is { } first)
        {
            return first.Side;
        }

        // Rule 8: outside of a journey a read goes to the side written, until the other side has it.
        if ((question.Unsafe ? group.Routes[question.Route].PostReads : !group.Routes[question.Route].GetWrites)
            && LastWrite(question, group.Routes[question.Route].Reads) is { } written)
        {
            return written;
        }

        // Rule 2: cohorts come before the share.
        if (question.Cohort is not null && group.Cohorts.TryGetValue(question.Cohort, out var side))
        {
            return side;
        }

        var share = Flips(groupName, question.Revision).OfType<Shifted>().LastOrDefault()?.Share ?? 0;
        return key.Bucket(Salt.Of(group.Salt ?? shop.Salt)) < share ? Side.New : Side.Legacy;
    }

    /// <summary>The last page in the browser whose form posts to this route.</summary>
    private Answered? LastPage(Question question) => history.OfType<Answered>()
        .LastOrDefault(answer => answer.Browser == question.Browser && Find(answer.Route).Route.Form == question.Route);

    /// <summary>
    /// Rule 8: the side of the browser's newest write to one of the datasets that the other side is not known to have; not
    /// one of more than ten minutes ago. What goes through is legacy's, and of two at once legacy's counts.
    /// </summary>
    private Side? LastWrite(Question question, IReadOnlyList<string> datasets)
    {
        var writes =
            from dataset in datasets
            where shop.Datasets[dataset].Source is not null
            let last = (from answer in history.OfType<Answered>()
                        where answer.Browser == question.Browser
                        let route = Find(answer.Route).Route
                        where answer.Unsafe ? !route.PostReads : route.GetWrites
                        where route.Writes.Contains(dataset) || route.Through.Contains(dataset)
                        select (At: answer.At, Side: route.Through.Contains(dataset) ? Side.Legacy : answer.Side)).LastOrDefault()
            where last.At > 0 && question.Now - last.At <= 600
            where last.Side == Side.New
                || history.OfType<Told>().LastOrDefault(told => told.Dataset == dataset) is not { } told
                || question.Now - told.At > 3 || told.UpTo <= last.At + 1
            orderby last.At descending, last.Side == Side.Legacy descending
            select (Side?)last.Side;
        return writes.FirstOrDefault();
    }

    /// <summary>Rule 3: pinned by its first step until its last or its time-out.</summary>
    private Answered? JourneyBegunAt(JourneyConfig journey, string group, Question question)
    {
        var timeout = (long)journey.Timeout.TotalSeconds;
        Answered? begun = null;
        foreach (var answer in history.OfType<Answered>().Where(answer => answer.Browser == question.Browser))
        {
            if (journey.Last.Contains(answer.Route) && answer.Success)
            {
                begun = null;
            }
            else if (journey.First.Contains(answer.Route)
                && (begun is null || begun.Side != answer.Side || IsOver(begun, group, timeout, answer.Revision, answer.At)))
            {
                begun = answer;
            }
        }

        return begun is null || IsOver(begun, group, timeout, question.Revision, question.Now) ? null : begun;
    }

    private bool IsOver(Answered begun, string group, long timeout, long revision, long now) =>
        now - begun.At > timeout
        || Flips(group, revision).OfType<RolledBack>().Any(rollback => rollback.Revision > begun.Revision);

    /// <summary>The group's flips as a plane that serves <paramref name="revision"/> knows them.</summary>
    private IEnumerable<Event> Flips(string group, long revision) => history.Where(
        happened => (happened is Shifted shift && shift.Group == group && shift.Revision <= revision)
            || (happened is RolledBack rollback && rollback.Group == group && rollback.Revision <= revision));

    public Side Owner(string dataset, long revision) => history.OfType<OwnerMoved>()
        .LastOrDefault(move => move.Dataset == dataset && move.Revision <= revision)?.Side ?? shop.Datasets[dataset].Owner;

    public Claimed? Claim(CustomerKey key) => history.LastOrDefault(
        happened => (happened as Claimed)?.Key == key || (happened as ClaimEnded)?.Key == key) as Claimed;

    private bool IsHeld(string dataset) => shop.Datasets[dataset].Held == Held.PerCustomer;

    private static JourneyConfig? Journey(GroupConfig group, string route) => group.Journeys.Values.FirstOrDefault(
        journey => journey.First.Contains(route) || journey.Steps.Contains(route) || journey.Last.Contains(route));

    private (string Name, GroupConfig Group, RoutePlacementConfig Route) Find(string route)
    {
        var (name, group) = shop.Groups.First(group => group.Value.Routes.ContainsKey(route));
        return (name, group, group.Routes[route]);
    }
}
