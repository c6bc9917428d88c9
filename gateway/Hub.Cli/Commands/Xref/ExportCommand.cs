using System.CommandLine;
using Hub.Cli.Features;

namespace Hub.Cli.Commands.Xref;

internal sealed class ExportCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly Argument<string> _connector;
    private readonly Option<string> _table;

    public ExportCommand(CommandContext context)
        : base(context, "export", "Print a connector's rows as CSV, for a spreadsheet and for import.", "hub xref export erp > erp.csv")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _table = Flag<string>("--table", "Of one table only: items, units, taxes, locations, services or payments.", "TABLE");
        _connection = Enable(new ConnectionFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        await Context.Output.WriteAsync(
            await control.Api.ExportReferencesAsync(parsed.GetRequiredValue(_connector), parsed.GetValue(_table), cancellationToken));
        return CommandLine.Done;
    }
}
