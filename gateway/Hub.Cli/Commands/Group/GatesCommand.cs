using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Group;

internal sealed class GatesCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _group;
    private readonly Option<decimal?> _share;

    public GatesCommand(CommandContext context)
        : base(context, "gates", "What must hold before more customers of a group go to New: what is missing, and when it will be there.",
            "hub group gates catalog", "hub group gates catalog --share 50")
    {
        _group = Word("GROUP", "The group's name.");
        _share = Flag<decimal?>("--share", "On the way to this share; else to the next stage.", "PERCENT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var gates = await control.Api.GetGatesAsync(parsed.GetRequiredValue(_group), parsed.GetValue(_share), cancellationToken);
        _output.Write(parsed, gates, output =>
        {
            output.WriteLine(gates.Gates.IsEmpty
                ? $"{gates.Group} has no gates: the file declares none (\"Gates\": {{}})"
                : $"{gates.Group} on its way to {Words.Share(gates.Share)}");
            GateTable.Write(output, gates.Gates);
        });
        return CommandLine.Done;
    }
}
