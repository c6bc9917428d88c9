using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class VerifyCommand : HubCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Option<string> _target;
    private readonly Option<string> _table;
    private readonly Option<bool> _repair;
    private readonly Option<bool> _personal;
    private readonly Option<bool> _show;
    private readonly Option<bool> _differences;
    private readonly Option<bool> _wait;
    private readonly Option<string> _reason;

    public VerifyCommand(CommandContext context)
        : base(
            context, "verify", "Compare a dataset's targets with legacy, row by row, while both are written to. Exit 1 with --wait where rows differ.",
            "hub dataset verify catalog --wait", "hub dataset verify catalog --target pricing --repair --wait", "hub dataset verify catalog --show", "hub dataset verify catalog --differences")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        _target = Flag<string>("--target", "One of the dataset's targets (default: all).", "TARGET");
        _table = Flag<string>("--table", "One of the target's tables (default: all).", "TABLE");
        _repair = Flag<bool>("--repair", "Write what differs once more, from legacy's rows.");
        _personal = Flag<bool>("--personal", "Keep personal data of rows that differ as it is, where it is masked otherwise.");
        _show = Flag<bool>("--show", "Begin nothing: show how far it is and what was found.");
        _differences = Flag<bool>("--differences", "Begin nothing: list rows that differ, with both values.");
        _wait = Flag<bool>("--wait", "Come back when it has ended; its progress goes to STDERR.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var (dataset, target, table) = (parsed.GetRequiredValue(_dataset), parsed.GetValue(_target), parsed.GetValue(_table));
        if (parsed.GetValue(_differences))
        {
            var differences = await control.Api.GetDifferencesAsync(dataset, target, table, cancellationToken);
            _output.Write(parsed, differences, output => Write(output, differences));
            return CommandLine.Done;
        }

        var views = parsed.GetValue(_show)
            ? await control.Api.GetVerificationAsync(dataset, target, cancellationToken)
            : await control.Api.VerifyDatasetAsync(
                dataset, new VerifyDataset(target, table, parsed.GetValue(_repair), parsed.GetValue(_personal), parsed.GetValue(_reason)), cancellationToken);
        if (!parsed.GetValue(_wait))
        {
            _output.Write(parsed, views, output => Write(output, views));
            return CommandLine.Done;
        }

        while (views.Any(view => view.State is "running" or "asked for"))
        {
            await Task.Delay(Look, Context.Time, cancellationToken);
            views = await control.Api.GetVerificationAsync(dataset, target, cancellationToken);
            foreach (var view in views)
            {
                Context.Error.WriteLine($"hub: {Progress(view)}");
            }
        }

        _output.Write(parsed, views, output => Write(output, views));
        return views.All(view => view.State == "verified") ? CommandLine.Done : CommandLine.Failed;
    }

    private static string Progress(VerificationView view) => view.Tables.FirstOrDefault(table => table.Running) is { } table
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{view.Target}: {table.Table} {table.Rows:N0}{(table.Estimate is { } of ? $" of about {of:N0}" : "")} rows, {table.RowsPerSecond ?? 0:N0} a second, {Words.Seconds(table.SecondsLeft)} left")
        : $"{view.Target}: {view.State}{(view.Problem is { } problem ? $": {problem}" : "")}";

    private void Write(TextWriter output, ImmutableArray<VerificationView> views)
    {
        var tables = new TextTable("TARGET", "TABLE", "STATE", "ROWS", "MISSING", "EXTRA", "MISMATCHED", "QUARANTINED", "VERIFIED");
        foreach (var view in views)
        {
            tables.Add(
                view.Target, "", view.State, "", Words.Number(view.Missing), Words.Number(view.Extra), Words.Number(view.Mismatched), Words.Number(view.Quarantined),
                Words.Time(view.VerifiedAt, Context.Time));
            foreach (var table in view.Tables)
            {
                tables.Add(
                    "", table.Table, table.Running ? "running" : "", Words.Number(table.Rows), Words.Number(table.Missing), Words.Number(table.Extra), Words.Number(table.Mismatched),
                    Words.Number(table.Quarantined), Words.Time(table.VerifiedAt, Context.Time));
            }
        }

        tables.WriteTo(output);
        foreach (var problem in views.Select(view => view.Problem).OfType<string>())
        {
            output.WriteLine($"wrong: {problem}");
        }
    }

    private static void Write(TextWriter output, ImmutableArray<DifferenceView> differences)
    {
        var table = new TextTable("TARGET", "TABLE", "KEY", "KIND", "COLUMN", "EXPECTED", "ACTUAL");
        foreach (var difference in differences)
        {
            var first = true;
            foreach (var column in difference.Columns)
            {
                table.Add(
                    first ? difference.Target : "", first ? difference.Table : "", first ? difference.Key : "", first ? difference.Kind : "", column.Column, column.Expected ?? "null",
                    column.Actual ?? "null");
                first = false;
            }
        }

        table.WriteTo(output);
    }
}
