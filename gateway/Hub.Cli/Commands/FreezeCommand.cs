using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands;

internal sealed class FreezeCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string> _until;
    private readonly Option<string> _reason;

    public FreezeCommand(CommandContext context)
        : base(context, "freeze", "Until then nothing flips or climbs; rollback works.",
            "hub freeze --until +2h --reason \"sale\"", "hub freeze --until 2027-01-02T06:00+01:00")
    {
        _until = Flag<string>("--until", "A time, 2027-01-02T06:00 (local unless it has an offset), or from now: +30m, +2h, +3d.", "TIME");
        _until.Required = true;
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var until = Moment.Parse(parsed.GetRequiredValue(_until), "--until", Context.Time, ahead: true);
        using var control = _connection.Connect(parsed);
        var freeze = await control.Api.FreezeAsync(new FreezeRequest(until, parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, freeze, output => output.WriteLine(
            $"frozen until {Words.Time(freeze.Until, Context.Time)}, revision {freeze.Revision}"));
        return CommandLine.Done;
    }
}
