using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Audit;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly TakeFeature _take;

    public ListCommand(CommandContext context)
        : base(context, "list", "The newest entries of the audit trail: who, from where, why, before and after.", "hub audit list --take 20")
    {
        _take = Enable(new TakeFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = _take.Count(parsed);
        using var control = _connection.Connect(parsed);
        var entries = await control.Api.GetAuditAsync(count, cancellationToken);
        _output.Write(parsed, entries, AuditTable.Of(entries, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
