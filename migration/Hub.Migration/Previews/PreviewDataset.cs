using System.Collections.Immutable;
using Hub.ChangeFeed.Sources;
using Hub.Control.Protocol;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hub.Migration.Previews;

/// <summary><c>GET /api/datasets/{name}/preview</c>: source rows and what the mapping makes of them, side by side.</summary>
internal static class PreviewDataset
{
    private const int MostRows = 200;

    public static async Task<Results<Ok<DatasetPreview>, ProblemHttpResult>> HandleAsync(
        string name, MigrationPlane plane, string? target = null, string? table = null, int rows = 20, bool show = false, CancellationToken cancellationToken = default)
    {
        if (plane.Standing.Wanted.FirstOrDefault(dataset => Same(dataset.Name, name)) is not { Source: not null } dataset)
        {
            return Refuse(StatusCodes.Status404NotFound, $"There is no dataset {name} that is fed",
                $"Those of the config that the migration plane holds: {string.Join(", ", plane.Standing.Wanted.Where(one => one.Source is not null).Select(one => one.Name))}.");
        }

        var targets = dataset.Targets.Where(one => target is null || Same(one.Name, target)).ToList();
        if (targets.Count == 0 || (table is not null && !targets.Exists(one => one.Tables.Any(mapping => Same(mapping.Name, table)))))
        {
            return Refuse(StatusCodes.Status404NotFound, targets.Count == 0 ? $"{dataset.Name} has no target {target}" : $"{dataset.Name} fills no table {table}",
                $"It fills {string.Join(", ", dataset.Targets.SelectMany(one => one.Tables.Select(mapping => $"{one.Name}.{mapping.Name}")))}.");
        }

        try
        {
            await using var source = Feeds.OpenSource(dataset);
            return TypedResults.Ok(await ReadAsync(dataset, targets, table, Math.Clamp(rows, 1, MostRows), show, source, cancellationToken));
        }
        catch (Exception e) when (e is TargetMissingException or System.Data.Common.DbException or InvalidOperationException or NotSupportedException)
        {
            return Refuse(StatusCodes.Status503ServiceUnavailable, $"{dataset.Name} can't be previewed now", e.Message);
        }
    }

    internal static async Task<DatasetPreview> ReadAsync(
        DatasetModel dataset, IReadOnlyList<TargetModel> targets, string? table, int rows, bool show, ISourceDatabase source, CancellationToken cancellationToken)
    {
        var (problems, warnings) = (new List<string>(), new List<string>());
        var previews = ImmutableArray.CreateBuilder<TablePreview>();
        var sources = await source.DescribeAsync(dataset.Source!.Tables, cancellationToken);
        foreach (var target in targets)
        {
            var wanted = target.Tables.Where(mapping => table is null || Same(mapping.Name, table)).ToList();
            await using var store = Feeds.OpenStore(dataset.Name, target);
            var there = await store.DescribeAsync([.. wanted.Select(mapping => mapping.Name)], cancellationToken);
            var kind = target.Store.Engine == DatabaseEngine.Sqlite ? TargetKind.Sqlite : TargetKind.Postgres;
            if (TableBinding.Bind(wanted, sources, there.Tables, kind, there.Acting, problems, warnings) is not { } bound)
            {
                continue;
            }

            var reader = new PreviewRows(source, sources, show);
            foreach (var mapping in bound.Tables)
            {
                previews.Add(new TablePreview(target.Name, mapping.Name, mapping.From, await reader.ReadAsync(mapping, rows, warnings, cancellationToken)));
            }
        }

        return new DatasetPreview(dataset.Name, previews.ToImmutable(), [.. problems], [.. warnings]);
    }

    private static ProblemHttpResult Refuse(int status, string title, string detail) => TypedResults.Problem(title: title, detail: detail, statusCode: status);

    private static bool Same(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
