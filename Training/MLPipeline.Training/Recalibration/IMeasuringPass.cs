using static TorchSharp.torch;

namespace MLPipeline.Training.Recalibration;

/// <summary>One run over the images, batch by batch, that gives some layers their final statistics.</summary>
internal interface IMeasuringPass : IDisposable
{
    /// <summary>Before each batch.</summary>
    void Start();

    /// <summary>Hears that an input is about to enter a layer.</summary>
    /// <exception cref="PassEnd">Nothing beyond this layer is of interest.</exception>
    void Meet(BatchNormLayer layer, Tensor input);

    /// <summary>After the last batch.</summary>
    void Finish();
}
