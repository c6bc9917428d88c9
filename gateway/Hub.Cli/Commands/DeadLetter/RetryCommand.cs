using Hub.Control.Protocol;

namespace Hub.Cli.Commands.DeadLetter;

internal sealed class RetryCommand(CommandContext context) : ChangeDeadLetterCommand(
    context, "retry", "Do it again: the order is taken up at the step that was given up, a message is handled again. What may have happened is looked up first.",
    "hub deadletter retry 12 --reason \"The ERP is back\"")
{
    protected override Task<DeadLetterView> ChangeAsync(IControlApi control, ChangeDeadLetter request, CancellationToken cancellationToken) =>
        control.RetryDeadLetterAsync(request, cancellationToken);
}
