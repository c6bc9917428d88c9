using System.Collections.Immutable;
using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Control.Pages;

/// <summary>What to type next, chosen by where things stand. Only commands that exist.</summary>
internal static class NextSteps
{
    private static readonly decimal[] Steps = [1, 5, 25, 50, 100];

    public static ImmutableArray<string> For(StatusView status)
    {
        var next = new List<string>();
        if (status.Groups.IsEmpty)
        {
            return ["hub init --legacy URL", "hub check", "hub apply"];
        }

        if (status.Planes.All(plane => plane.Role != "gateway" || !plane.Live))
        {
            next.Add("hub run --roles gateway");
        }

        if (status.FrozenUntil is not null)
        {
            next.Add("hub unfreeze");
        }
        else if (status.Groups.FirstOrDefault(group => group.RolledBack) is { } back)
        {
            next.Add("hub audit list");
            next.Add($"hub group shift {back.Name} --share 1 --wait --reason TEXT");
        }
        else if (status.Groups.Where(group => group.Share < 100 && group.Plan is null).MinBy(group => group.Share) is { } lowest)
        {
            var share = Steps.First(step => step > lowest.Share);
            next.Add(string.Create(CultureInfo.InvariantCulture, $"hub group shift {lowest.Name} --share {share} --wait"));
        }

        next.AddRange(status.Groups.Where(group => group.Plan is not null).Take(1).Select(group => $"hub group plan {group.Name}"));
        if (status.Groups.Where(group => group.Share > 0).MaxBy(group => group.ChangedAt) is { } last)
        {
            next.Add($"hub group rollback {last.Name}");
        }

        if (status.Connectors.FirstOrDefault(connector => connector.State == "failing") is { } failing)
        {
            next.Add($"hub connector show {failing.Name}");
        }

        if (status.Datasets.FirstOrDefault(dataset => dataset.Problems.Length > 0) is { } dataset)
        {
            next.Add($"hub dataset show {dataset.Name}");
        }

        return [.. next];
    }
}
