using Hub.Control.Protocol;

namespace Hub.Cli.Commands.DeadLetter;

internal sealed class DiscardCommand(CommandContext context) : ChangeDeadLetterCommand(
    context, "discard", "It is done with: somebody did it by hand, or nobody needs it. Its order stays as it is.",
    "hub deadletter discard 12 --reason \"Booked by hand as SO-77\"")
{
    protected override Task<DeadLetterView> ChangeAsync(IControlApi control, ChangeDeadLetter request, CancellationToken cancellationToken) =>
        control.DiscardDeadLetterAsync(request, cancellationToken);
}
