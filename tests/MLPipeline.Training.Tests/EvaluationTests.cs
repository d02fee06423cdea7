using MLPipeline.Training.Datasets;
using MLPipeline.Training.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Training.Tests;

public sealed class EvaluationTests : IDisposable
{
    private readonly ImageDataset _data = TinyData.Set("tiny test", 61, 12);
    private readonly PixelScaling _scaling = PixelScaling.ZeroToOne(1);

    [Fact]
    public void Accuracy_and_loss_are_those_of_the_logits_whatever_the_batch_size()
    {
        using var network = TinyNetworks.WithBatchNorm();
        using var logits = Evaluation.Logits(network, _data, _scaling, 61, cancellationToken: TestContext.Current.CancellationToken);
        using var loss = nn.functional.cross_entropy(logits, _data.Labels);
        var right = logits.argmax(1).eq(_data.Labels).sum().ToInt64();

        foreach (var batchSize in new[] { 1, 7, 500 })
        {
            var evaluation = Evaluation.Run(network, _data, _scaling, batchSize, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal((61, right / 61.0), (evaluation.Count, evaluation.Accuracy));
            Assert.Equal(loss.ToDouble(), evaluation.Loss, 1e-5);
        }

        Assert.Equal([61L, TinyData.Classes], logits.shape);
    }

    [Fact]
    public void Modes_are_put_back_and_no_tensor_is_left()
    {
        using var network = TinyNetworks.WithBatchNorm();
        network.train();
        network.named_modules().Single(m => m.name == "bn2").module.eval();
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Evaluation.Run(network, _data, _scaling, cancellationToken: TestContext.Current.CancellationToken);
        Evaluation.Logits(network, _data, _scaling, cancellationToken: TestContext.Current.CancellationToken).Dispose();

        Assert.All(network.named_modules(), m => Assert.Equal(m.name != "bn2", m.module.training));
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_cancelled_token_stops_it()
    {
        using var network = TinyNetworks.WithBatchNorm();

        Assert.Throws<OperationCanceledException>(() => Evaluation.Run(network, _data, _scaling, cancellationToken: new CancellationToken(canceled: true)));
    }

    public void Dispose() => _data.Dispose();
}
