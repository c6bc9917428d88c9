using Microsoft.Extensions.Logging;

namespace Hub.Processes.Bus;

/// <summary>
/// Takes what a bus brings into the inbox: the bus's message id is the inbox's, so that one that comes twice is taken once. What nobody can read becomes a dead letter,
/// with its reason and all that it said.
/// </summary>
/// <param name="read">Makes a message to a process of what came, or says why that can't be.</param>
public sealed partial class BusIntake(
    IProcessStore store, Func<string, string, CancellationToken, ValueTask<BusReading>> read, TimeProvider time, ILogger<BusIntake> logger)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    /// <summary>For tests: after it is durable here, and before the bus is told.</summary>
    internal Func<Task> Taken { get; init; } = () => Task.CompletedTask;

    /// <summary>
    /// Durable when this returns, so that the bus may forget it. A store that is down is waited for: the bus's own retries would end in its error queue.
    /// </summary>
    /// <exception cref="OperationCanceledException">The bus stops; the message stays with it.</exception>
    public async Task TakeAsync(string id, string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var (message, poison) = await read(id, text, cancellationToken);
                message = message with { Id = $"bus {id}" };
                if (poison is not null)
                {
                    LogPoison(logger, id, poison);
                    await store.BuryAsync(message, poison, cancellationToken);
                }
                else
                {
                    await store.ReceiveAsync(message, cancellationToken);
                }

                await Taken();
                return;
            }
#pragma warning disable CA1031 // The consumer loop: a store that fails now is asked again; nothing is lost meanwhile.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotTaken(logger, e, id, AskAgain);
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The bus's message {Id} is a dead letter now: {Reason}")]
    private static partial void LogPoison(ILogger logger, string id, string reason);

    [LoggerMessage(LogLevel.Warning, "The bus's message {Id} could not be taken in; it is tried again in {After}.")]
    private static partial void LogNotTaken(ILogger logger, Exception exception, string id, TimeSpan after);
}

/// <summary>What a message of a bus comes to.</summary>
/// <param name="Poison">Why nobody can handle it; null where somebody can.</param>
public sealed record BusReading(ProcessMessage Message, string? Poison = null);
