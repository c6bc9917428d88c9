using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Channel;

/// <summary>A change of hands at a moment, with the reason that the audit trail keeps.</summary>
internal abstract class SwitchChannelCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _channel;
    private readonly Option<string> _at;
    private readonly Option<string> _reason;

    protected SwitchChannelCommand(CommandContext context, string verb, string description, string example)
        : base(context, verb, description, example)
    {
        _channel = Word("CHANNEL", "The channel's name, as 'hub channel list' shows it.");
        _at = Flag<string>("--at", "Orders placed at or after it change hands: +2h, or 2027-01-31T06:00+01:00 (default: ten seconds from now).", "TIME");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected abstract Task<ChannelAnswer> SwitchAsync(IControlApi control, SwitchChannel request, CancellationToken cancellationToken);

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DateTimeOffset? at = parsed.GetValue(_at) is { } text ? Moment.Parse(text, "--at", Context.Time, ahead: true) : null;
        using var control = _connection.Connect(parsed);
        var answer = await SwitchAsync(control.Api, new SwitchChannel(parsed.GetRequiredValue(_channel), at, parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, answer, output => new Fields
        {
            { "channel", answer.Channel.Channel },
            { "booked by", answer.Channel.Owner },
            { "next", answer.Channel.Next },
            { "to do", answer.Note },
        }.WriteTo(output));
        return CommandLine.Done;
    }
}
