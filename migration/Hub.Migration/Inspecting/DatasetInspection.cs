using System.Collections.Immutable;
using System.Data.Common;
using System.Net.Sockets;
using Hub.ChangeFeed.Embedded;
using Hub.ChangeFeed.MariaDb;
using Hub.ChangeFeed.Postgres;
using Hub.ChangeFeed.Sources;
using Hub.Configuration;

namespace Hub.Migration.Inspecting;

/// <summary>
/// Looks at the databases that the datasets of a config name, and changes nothing in them: log level, replica identity, keys, rights, types
/// that lose something, tables whose capture would break legacy's own writes; the targets' tables, cascades and rights.
/// </summary>
public static class DatasetInspection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <param name="root">The whole file's root; it has no errors.</param>
    /// <param name="folder">Where relative paths of SQLite files start.</param>
    public static async Task<ImmutableArray<DatasetFinding>> RunAsync(ConfigNode root, string folder, CancellationToken cancellationToken)
    {
        var problems = new List<ConfigProblem>();
        var datasets = DatasetConfigs.Read(root, folder, problems);
        if (problems.Count > 0)
        {
            return [];
        }

        var findings = await Task.WhenAll(datasets.Where(dataset => dataset.Source is not null).SelectMany(dataset => dataset.Targets
            .Select(target => LookAsync(
                $"Hub.Datasets.{dataset.Name}.Targets.{target.Name}", target.Store.Name, (path, token) => TargetInspection.RunAsync(target, path, token), cancellationToken))
            .Prepend(LookAsync(
                $"Hub.Datasets.{dataset.Name}.Source", dataset.Source!.Database.Name, (path, token) => InspectSourceAsync(dataset, path, token), cancellationToken))));
        return [.. findings.SelectMany(each => each)];
    }

    private static async Task<ImmutableArray<DatasetFinding>> LookAsync(
        string path, string name, Func<string, CancellationToken, Task<ImmutableArray<DatasetFinding>>> look, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await look(path, patience.Token);
        }
        catch (InvalidOperationException e)
        {
            // The secret's file or variable stands where the plane runs, not always here.
            return [new(false, path, $"{name} was not looked at: {e.Message.TrimEnd('.')}", "what is wrong there shows when the dataset starts", "run hub check where the migration plane runs")];
        }
        catch (Exception e) when (e is DbException or SocketException or IOException or TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var reason = e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : (e.InnerException ?? e).Message.TrimEnd('.');
            return [new(false, path, $"{name} is not reached ({reason})", "the dataset waits until it is", "start it, correct the connection string, or see that this machine may reach it")];
        }
    }

    private static async Task<ImmutableArray<DatasetFinding>> InspectSourceAsync(DatasetModel dataset, string path, CancellationToken cancellationToken)
    {
        var source = dataset.Source!;
        if (source.Database is { File: { } file } && !File.Exists(file))
        {
            return [new(false, path, $"there is no {file}", "the dataset waits until it is there", "correct the path, or run hub check in the folder that the hub is given by --data")];
        }

        if (Open(dataset) is not { } database)
        {
            return [new(
                false, path, $"{source.Database.Name} is not looked into: SQL Server is read by its Debezium connector alone", "what is wrong there shows when the connector starts",
                $"run the SQL of 'hub dataset connector {dataset.Name} --sql', which looks first, and 'hub dataset connector {dataset.Name} --validate'")];
        }

        await using (database)
        {
            var findings = await database.InspectAsync(source.Tables, cancellationToken);
            return [.. findings.Select(finding => DatasetFinding.Of(finding, path))];
        }
    }

    private static ISourceDatabase? Open(DatasetModel dataset) => dataset.Source!.Database switch
    {
        { File: { } file } => new SqliteSource(file),
        // With a Debezium connector of its own login, the hub's own reads no log.
        { Engine: DatabaseEngine.Postgres } database => new PostgresSource(
            database.ConnectionString(), database.Schema, replicates: dataset.Source.Kafka is null || dataset.Source.Kafka.Debezium.User.Length == 0),
        { Engine: DatabaseEngine.MariaDb or DatabaseEngine.MySql } database => new MariaDbSource(database.ConnectionString(), database.Schema),
        _ => null,
    };
}
