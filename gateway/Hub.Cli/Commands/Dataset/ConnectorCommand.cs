using System.CommandLine;
using Hub.ChangeFeed.Kafka;
using Hub.Cli.Features;
using Hub.Configuration;
using Hub.Migration.Debezium;

namespace Hub.Cli.Commands.Dataset;

internal sealed class ConnectorCommand : HubCommand
{
    private readonly Argument<string> _dataset;
    private readonly FileFeature _file;
    private readonly Option<bool> _json;
    private readonly Option<bool> _sql;
    private readonly Option<bool> _remove;
    private readonly Option<bool> _validate;
    private readonly Option<bool> _apply;
    private readonly Option<bool> _withSecrets;

    public ConnectorCommand(CommandContext context)
        : base(context, "connector",
            "The Debezium connector of a dataset that comes by Kafka: its configuration, the SQL that lets it read, and the script that takes it all away. "
            + "Prints and changes nothing, unless told --apply.",
            "hub dataset connector orders --sql > orders.sql", "hub dataset connector orders --apply", "hub dataset connector orders --remove --apply > remove.sql")
    {
        _dataset = Word("dataset", "The dataset's name in the config file.");
        _file = Enable(new FileFeature(context));
        _json = Flag<bool>("--settings", "The connector's configuration alone, as JSON for Kafka Connect.");
        _sql = Flag<bool>("--sql", "The SQL alone: logins with least privilege, publication or capture, watermark and signal tables, the load to expect.");
        _remove = Flag<bool>("--remove", "The script that takes it all away; with --apply, also take the connector out of Kafka Connect.");
        _validate = Flag<bool>("--validate", "Ask the real connector, at Source.Kafka.Connect, what is wrong with the configuration.");
        _apply = Flag<bool>("--apply", "Make the topic, put the connector into Kafka Connect and wait until it runs. Run the SQL first.");
        _withSecrets = Flag<bool>("--with-secrets", "With --validate and --apply: send passwords themselves, not references for Connect's config providers env and dir. They stand in Connect's own topic then.");
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (apply, remove, validate) = (parsed.GetValue(_apply), parsed.GetValue(_remove), parsed.GetValue(_validate));
        var (settings, sql, reveal) = (parsed.GetValue(_json), parsed.GetValue(_sql), parsed.GetValue(_withSecrets));
        if (new[] { settings, sql, remove || apply, validate }.Count(given => given) > 1)
        {
            throw new UsageException("--settings, --sql, --remove, --validate and --apply are one at a time; only --remove and --apply go together.");
        }

        if (reveal && !validate && (!apply || remove))
        {
            throw new UsageException("--with-secrets belongs to --validate and --apply.");
        }

        var connector = await ReadAsync(parsed, cancellationToken);
        try
        {
            return (apply, remove, validate) switch
            {
                (true, true, _) => await RemoveAsync(connector, cancellationToken),
                (true, _, _) => await ApplyAsync(connector, reveal, cancellationToken),
                (_, true, _) => Print(connector.RemoveSql),
                (_, _, true) => await ValidateAsync(connector, reveal, cancellationToken),
                _ when settings => Print($"{connector.Configuration()}\n"),
                _ when sql => Print(connector.InstallSql),
                _ => Print($"{connector.InstallSql}\n-- The configuration of {connector.Name}, for PUT /connectors/{connector.Name}/config of Kafka Connect:\n{connector.Configuration()}\n"),
            };
        }
        catch (Exception e) when (e is DebeziumConnectorException or DebeziumConnectException)
        {
            throw new CommandFailedException(e.Message, e);
        }
    }

    private async Task<DebeziumConnector> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (name, text) = await _file.ReadAsync(parsed, cancellationToken);
        var problems = new List<ConfigProblem>();
        var connector = ConfigNode.Read(text, problems) is { } root ? DebeziumConnector.Read(root, parsed.GetValue(_dataset)!, problems) : null;
        return connector is not null && problems.Count == 0
            ? connector
            : throw new CommandFailedException(string.Join('\n', problems.Select(problem => problem.ToString(name))));
    }

    private async Task<int> ApplyAsync(DebeziumConnector connector, bool reveal, CancellationToken cancellationToken)
    {
        await connector.ApplyAsync(reveal, Tell, Context.Time, cancellationToken);
        return CommandLine.Done;
    }

    private async Task<int> RemoveAsync(DebeziumConnector connector, CancellationToken cancellationToken)
    {
        await connector.RemoveAsync(Tell, cancellationToken);
        return Print(connector.RemoveSql);
    }

    private async Task<int> ValidateAsync(DebeziumConnector connector, bool reveal, CancellationToken cancellationToken)
    {
        var errors = await connector.ValidateAsync(reveal, cancellationToken);
        foreach (var error in errors)
        {
            Context.Output.WriteLine(error);
        }

        Context.Error.WriteLine($"hub: {connector.Name}: {errors.Length} errors");
        return errors.IsEmpty ? CommandLine.Done : CommandLine.Failed;
    }

    private int Print(string text)
    {
        Context.Output.Write(text);
        return CommandLine.Done;
    }

    private void Tell(string text) => Context.Error.WriteLine($"hub: {text}");
}
