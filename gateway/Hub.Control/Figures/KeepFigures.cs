using Microsoft.Extensions.Hosting;

namespace Hub.Control.Figures;

/// <summary>Writes figures down every five seconds and rolls them up every minute.</summary>
internal sealed class KeepFigures(FigureStore figures, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private const int BeatsOfARollUp = 12;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await figures.KeepAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var beat = 0; ; beat++)
        {
            await Task.Delay(Beat, time, stoppingToken);
            await figures.KeepAsync();
            if (beat % BeatsOfARollUp == 0)
            {
                await figures.RollUpAsync();
            }
        }
    }
}
