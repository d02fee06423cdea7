using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models.D2l;

/// <summary>Two 3x3 convolutions, and a shortcut that is a bare 1x1 convolution where the shape changes.</summary>
internal sealed class D2lResidual : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Conv2d? conv3;

    public D2lResidual(int inputs, int width, int stride)
        : base(nameof(D2lResidual))
    {
        conv1 = Conv2d(inputs, width, 3, stride: stride, padding: 1);
        bn1 = BatchNorm2d(width);
        conv2 = Conv2d(width, width, 3, padding: 1);
        bn2 = BatchNorm2d(width);
        conv3 = stride == 1 && inputs == width ? null : Conv2d(inputs, width, 1, stride: stride);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = bn1.call(conv1.call(input)).relu_();
        x = bn2.call(conv2.call(x));
        var shortcut = conv3 is null ? input : conv3.call(input);
        return x.add_(shortcut).relu_().MoveToOuterDisposeScope();
    }
}
