using System.Collections.Frozen;
using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Control.Protocol;
using Hub.Gateway.Access;
using Hub.Gateway.Boundary;
using Hub.Gateway.Caches;
using Hub.Gateway.Figures;
using Hub.Gateway.Journeys;
using Hub.Gateway.Limits;
using Hub.Gateway.Pages;
using Hub.Gateway.Placing;
using Hub.Placement;
using Hub.Placement.Config;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Hub.Gateway.Documents;

/// <summary>
/// Takes a revision: a flip swaps one reference; a changed document goes through YARP first. A bad document leaves the
/// last good revision serving and is told.
/// </summary>
internal sealed partial class RevisionTaker(
    GatewayState state,
    DocumentConfigProvider provider,
    IConfigValidator validator,
    IProxyStateLookup proxy,
    ITransformBuilder transforms,
    FigureBoard figures,
    BearerTokens tokens,
    GatewayMetrics metrics,
    TimeProvider time,
    ILogger<RevisionTaker> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Applies it; the answer is empty once each new request is placed by it, else it says what is wrong.</summary>
    public async ValueTask<ImmutableArray<string>> TakeAsync(Revision revision, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var problems = new List<ConfigProblem>();
            var taken = await BuildAsync(revision, problems, cancellationToken);
            if (taken is null)
            {
                var words = problems.Select(problem => problem.ToString()).ToImmutableArray();
                LogRefused(logger, revision.Id, state.Model?.Revision.Id ?? RevisionId.None, string.Join(Environment.NewLine, words));
                return words;
            }

            state.Swap(taken);
            metrics.RevisionTaken(revision.Id.Number, taken.Limits);
            LogTaken(logger, revision.Id, taken.Table.Groups.Count);
            return [];
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async ValueTask<GatewayModel?> BuildAsync(
        Revision revision, List<ConfigProblem> problems, CancellationToken cancellationToken)
    {
        var current = state.Model;
        var same = current is not null && current.Document.Hash == revision.DocumentHash;
        var document = same
            ? current!.Document
            : revision.DocumentHash.Length == 0
                ? GatewayDocument.Empty
                : await GatewayDocument.ReadAsync(revision.DocumentHash, revision.Document ?? "", validator, problems);
        if (document is null || (same ? Flip(current!, revision, problems) : Table(document, revision, problems)) is not { } table)
        {
            return null;
        }

        if (same)
        {
            return current! with { Revision = revision, Table = table };
        }

        var rules = RouteRules.Build(document, tokens, problems);
        if (problems.Count > 0)
        {
            return null;
        }

        // A route that is guarded from now on must not stand open between YARP's swap and ours.
        if (current is not null && rules is not null)
        {
            state.Swap(current with { RouteRules = RouteRules.Joined(current.RouteRules, rules) });
        }

        if (await provider.SwapAsync(document.Routes, document.Clusters, cancellationToken) is { } error)
        {
            if (current is not null)
            {
                state.Swap(current);
            }

            problems.Add(new ConfigProblem("ReverseProxy", 0, "YARP refused the document", error.GetBaseException().Message, "correct what the message names"));
            return null;
        }

        figures.Keep(table.Groups.Keys);
        var held = document.Hub.Datasets.Where(dataset => dataset.Value.Held == Held.PerCustomer)
            .ToFrozenDictionary(dataset => PinName.HashOf(dataset.Key), dataset => dataset.Key);
        return new GatewayModel(
            revision, document, table, GroupedRoute.Build(document, table, proxy, transforms, figures, metrics, time), held,
            new Cohorts(table.Cohorts, document.Hub.Cohorts))
        {
            CachedByHeader = SideCookies.Groups(table),
            Limits = ShopLimits.Of(document, table, current?.Limits, time),
            Boundary = new BoundaryRules(document.Hub.Boundary),
            Pages = new ShopPages(document.Hub.Pages),
            RouteRules = rules,
        };
    }

    // A flip is on its way to be acknowledged: the routes need not be read again for it.
    private static PlacementTable? Flip(GatewayModel current, Revision revision, List<ConfigProblem> problems) =>
        revision.Datasets.SequenceEqual(current.Revision.Datasets) && revision.Groups.Values.All(group => group.Share is >= 0 and <= CustomerKey.Buckets)
            ? current.Table.Flip(revision.Id.Number, Standings(revision))
            : Table(current.Document, revision, problems);

    private static PlacementTable? Table(GatewayDocument document, Revision revision, List<ConfigProblem> problems)
    {
        if (document.Root is not { } root)
        {
            return new PlacementTable(
                revision.Id.Number, FrozenDictionary<string, GroupPlacement>.Empty, FrozenDictionary<string, RoutePlacement>.Empty, []);
        }

        return PlacementTableBuilder.Build(
            document.Hub,
            root,
            Standings(revision),
            revision.Datasets.ToDictionary(
                dataset => dataset.Key,
                dataset => dataset.Value.Owner.Equals("new", StringComparison.OrdinalIgnoreCase) ? Side.New : Side.Legacy),
            revision.Id.Number,
            problems);
    }

    private static Dictionary<string, GroupStanding> Standings(Revision revision) => revision.Groups.ToDictionary(
        group => group.Key,
        group => new GroupStanding(
            group.Value.Share, group.Value.VoidBefore, group.Value.EvacuateBefore, group.Value.RolledBack,
            group.Value.Mirrored ? group.Value.MirroredSince : 0));

    [LoggerMessage(1, LogLevel.Information, "Serving revision {Revision}: {Groups} groups.")]
    private static partial void LogTaken(ILogger logger, RevisionId revision, int groups);

    [LoggerMessage(2, LogLevel.Error, "Revision {Revision} is not taken and {Serving} goes on serving, since its document is wrong:\n{Problems}")]
    private static partial void LogRefused(ILogger logger, RevisionId revision, RevisionId serving, string problems);
}
