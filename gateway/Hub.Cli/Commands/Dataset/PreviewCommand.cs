using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class PreviewCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Option<string> _target = new("--target") { Description = "Only this target.", HelpName = "NAME" };
    private readonly Option<string> _table = new("--table") { Description = "Only this table of the target's.", HelpName = "NAME" };
    private readonly Option<int> _rows = new("--rows") { Description = "How many rows of each table (1 to 200).", HelpName = "N", DefaultValueFactory = _ => 20 };
    private readonly Option<bool> _show = new("--show") { Description = "Personal data as it is; by default the columns that the config names are masked." };

    public PreviewCommand(CommandContext context)
        : base(context, "preview", "Rows of the source and what the mapping makes of them, side by side; nothing is written.",
            "hub dataset preview catalog --table product --rows 5")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        Add(_target);
        Add(_table);
        Add(_rows);
        Add(_show);
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var preview = await control.Api.PreviewDatasetAsync(
            parsed.GetRequiredValue(_dataset), parsed.GetValue(_target), parsed.GetValue(_table), parsed.GetValue(_rows), parsed.GetValue(_show), cancellationToken);
        _output.Write(parsed, preview, output => Write(output, preview));
        return CommandLine.Done;
    }

    private static void Write(TextWriter output, DatasetPreview preview)
    {
        foreach (var problem in preview.Problems)
        {
            output.WriteLine($"wrong: {problem}");
        }

        foreach (var warning in preview.Warnings)
        {
            output.WriteLine($"warning: {warning}");
        }

        foreach (var table in preview.Tables)
        {
            foreach (var row in table.Rows)
            {
                output.WriteLine();
                output.WriteLine($"{table.From} {row.Key} -> {table.Target}.{table.Table}{(row.Language is null ? "" : $" ({row.Language})")}: {row.Outcome}{(row.Refusal is null ? "" : $": {row.Refusal}")}");
                var columns = new TextTable("FROM", "SOURCE", "COLUMN", "VALUE");
                foreach (var column in row.Columns)
                {
                    columns.Add(column.From, column.Source ?? (column.From is null || column.From.IndexOfAny(['.', '[']) >= 0 ? null : "null"), column.Column, column.Value ?? (row.Outcome == "mapped" ? "null" : null));
                }

                columns.WriteTo(output, "  ");
            }
        }
    }
}
