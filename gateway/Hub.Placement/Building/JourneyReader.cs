using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Makes routes the steps of their journeys (SAFETY.md 3).</summary>
internal sealed class JourneyReader(HubConfig config, Dictionary<string, RouteDraft> drafts, Findings findings)
{
    private readonly Dictionary<string, string> _groups = new(StringComparer.OrdinalIgnoreCase);

    public void Read()
    {
        foreach (var (group, groupConfig) in config.Groups)
        {
            foreach (var (name, journey) in groupConfig.Journeys)
            {
                ReadJourney(group, name, journey);
            }
        }
    }

    private void ReadJourney(string group, string name, JourneyConfig journey)
    {
        var path = $"Hub.Groups.{group}.Journeys.{name}";
        if (!_groups.TryAdd(name, group))
        {
            findings.Add(path, $"the groups '{_groups[name]}' and '{group}' both have a journey '{name}'",
                "a customer's pin of the one would be taken for the other's", "give one of them another name");
        }

        if (journey.First.Count == 0)
        {
            findings.Add($"{path}.First", "it has no first step", "it would never begin", "name the route that begins it");
        }

        if (journey.Timeout < TimeSpan.FromSeconds(1))
        {
            findings.Add($"{path}.Timeout", $"it may take {journey.Timeout}", "it would end before its second step", "give it time: \"02:00:00\" is two hours");
        }

        ReadSteps(journey.First, JourneyStep.First, $"{path}.First");
        ReadSteps(journey.Steps, JourneyStep.Middle, $"{path}.Steps");
        ReadSteps(journey.Last, JourneyStep.Last, $"{path}.Last");

        void ReadSteps(List<string> steps, JourneyStep step, string list)
        {
            for (var i = 0; i < steps.Count; i++)
            {
                ReadStep(steps[i], step, $"{list}[{i}]");
            }
        }

        void ReadStep(string id, JourneyStep step, string place)
        {
            var own = drafts.Values.Where(draft => draft.Group == group).Select(draft => draft.Id);
            if (!drafts.TryGetValue(id, out var draft))
            {
                findings.Knows(new Names("route", $"Hub.Groups.{group}.Routes", own), id, place, out _);
            }
            else if (draft.Group != group)
            {
                findings.Add(place, $"the route '{id}' belongs to the group '{draft.Group}'",
                    "a journey stays on one side, and groups flip apart from each other", $"move the route to '{group}', or remove the step");
            }
            else if (draft.Journey is not null)
            {
                findings.Add(place, $"the route '{id}' is a step of '{draft.Journey}' already", "a request goes on one journey at a time, as one step of it",
                    "remove it from one of them");
            }
            else
            {
                (draft.Journey, draft.Step, draft.JourneyTimeout) = (name, step, journey.Timeout);
            }
        }
    }
}
