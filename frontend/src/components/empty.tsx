interface Props {
  icon: React.ReactNode;
  children: React.ReactNode;
  action?: React.ReactNode;
}

/** Nothing here, what that means, and the one next step. */
export const Empty = ({ icon, children, action }: Props) => (
  <div className="void">
    {icon}
    <p>{children}</p>
    {action}
  </div>
);
